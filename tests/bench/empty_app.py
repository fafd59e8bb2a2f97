"""An empty Textual app that ends at its first paint: what every first paint is measured against."""

from textual.app import App


class Empty(App[None]):
    def on_ready(self) -> None:
        self.call_after_refresh(self.exit)


if __name__ == "__main__":
    Empty().run(headless=True)
