"""The floor under the apps: base model, database words, local days, form fields."""
