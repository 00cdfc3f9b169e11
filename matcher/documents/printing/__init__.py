"""Pages for paper: A4 as HTML that a browser prints, and QR codes."""
