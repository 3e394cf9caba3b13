"""What the deeds on an intake refuse, named for what happened."""

from collections.abc import Sequence


class IntakeClosed(Exception):
    """The form was sent, read or cancelled: its answers stand."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class AnswersMissing(Exception):
    """A form is not sent before each permission was answered with yes or no."""

    def __init__(self, questions: Sequence[str]) -> None:
        super().__init__(questions)
        self.questions = tuple(questions)
