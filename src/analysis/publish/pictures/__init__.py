"""Pictures: one canvas and one look, and what is drawn on it."""
