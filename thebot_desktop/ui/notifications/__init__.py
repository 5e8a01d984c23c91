"""How a person is told: tray, toasts, native notifications."""
