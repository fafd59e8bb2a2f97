"""What every part of the program stands on: errors, secrets, storage, prompts, time stamps, YAML with positions."""
