"""One spelling per thing: normalise, parse wordings, link titles and skills to codes."""
