"""What all pages share: frame, words, files, and who may open them."""
