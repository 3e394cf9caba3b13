"""5 Mar 2027 on the page, 05/03/2027 accepted; Django looks these names up."""

from clinic.formats.shared import *  # noqa: F403  # the clinic writes dates one way in each of its languages
