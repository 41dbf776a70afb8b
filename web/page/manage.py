"""Rename or delete a model of one's own, from the page that shows it."""

import streamlit as st

from vae.errors import InputError
from vae.library.cards import Card
from vae.library.shelf import find
from vae.runs import shelf
from web.door import changes
from web.page import state
from web.page.about import plain


def manage(card: Card) -> None:
    """Offer what may be done with a model that did not come with the explorer."""
    if find(card.name).bundled:
        return
    with st.expander("Rename or delete this model", icon=":material/edit:"):
        with st.form("manage.rename", border=False):
            new = st.text_input("Name", card.name, key=f"manage.name.{card.name}", max_chars=64, width=360)
            renamed = st.form_submit_button("Rename")
        st.divider()
        sure = st.checkbox(
            f"Delete {plain(card.name)} for good, with all its files; this cannot be undone",
            key=f"manage.sure.{card.name}",
        )
        deleted = st.button(":red[Delete]" if sure else "Delete", icon=":material/delete:", disabled=not sure)
        try:
            if renamed and new == card.name:
                st.info("That is its name already; type another one.", icon=":material/edit:")
            elif renamed:
                _done("renamed", card.name, shelf.rename(card.name, new))
            if deleted:
                shelf.delete(card.name)
                _done("deleted", card.name, None)
        except InputError as error:
            st.warning(plain(str(error)), icon=":material/error:")


def _done(what: str, name: str, now: str | None) -> None:
    """Log it, and begin the page again with the model as it is called now, or with another one."""
    changes.note(st.context.ip_address, f"model: {what}", name)
    state.leave_model(now)
    st.rerun()
