"""How a text is read: folding, words, sentences and zones. Imports the value modules only."""
