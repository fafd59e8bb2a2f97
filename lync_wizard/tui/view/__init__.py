"""What the screens show, made from the data: rows, status lines, words."""
