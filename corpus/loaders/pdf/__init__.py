"""Read PDFs: `document.read_pdf` from the pages that `page` reads."""
