"""Read saved web pages: `page.read_html`, with a module for each of the questions that it has to answer."""
