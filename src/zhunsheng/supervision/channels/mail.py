"""Electronic mail by Django's mail backend, whatever it is set to."""

from __future__ import annotations

import smtplib

from django.core.mail import EmailMessage

from zhunsheng.supervision.channels.contract import Message, Undelivered


class Mail:
    """Plain text, one recipient; the key is the message's id, so that a mailbox shows a repetition as the same."""

    def carry(self, message: Message) -> None:
        """Hand it to the mail server; Undelivered where that refuses or is not there."""
        mail = EmailMessage(
            message.subject,
            f"{message.text}\n\n{message.url}\n",
            to=[message.to],
            headers={"Message-ID": f"<{message.key}@zhunsheng>", "Auto-Submitted": "auto-generated"},
        )
        try:
            mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            # The answer names the address, and supervisors of every unit read why: the codes say enough.
            codes = sorted({code for code, _ in error.recipients.values()})
            raise Undelivered(f"recipient refused: {', '.join(map(str, codes))}", permanent=True) from error
        except (OSError, smtplib.SMTPException) as error:
            raise Undelivered(f"{type(error).__name__}: {error}") from error
