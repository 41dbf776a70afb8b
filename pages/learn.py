"""Learn: short lessons that one moves by hand, each with a guess before it."""

import streamlit as st

from web.page import components, parts
from web.words import lessons

# Choose.
asked = lessons.asked(st.query_params)
book = lessons.book(asked.language)
title = lessons.title(asked)

# Show.
st.title(title, anchor=False)
parts.say_for_a_room(book.frame["title"], title if title != book.frame["title"] else None)
parts.show_notes(*asked.notes)
components.learn(asked, key="learn.live")
parts.explain_broken(parts.library()[1])
