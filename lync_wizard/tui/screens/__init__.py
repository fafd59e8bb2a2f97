"""One module a screen: values in by the constructor, an answer out by ``dismiss``; no screen knows another."""
