"""allauth's forms in our words: the label says what to type, nothing is hidden in a placeholder."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.core.exceptions import ValidationError

from zhunsheng.people.bilingual import both
from zhunsheng.people.models import CODE_LENGTH

NUMBER = both("警号", "Officer number")
PASSWORD = both("密码", "Password")
CODE = both("验证码", "Code")
CODE_HELP = both(
    "验证器应用上的六位数字，或者一个恢复码。", "Six digits from your authenticator app, or a recovery code."
)


def plain(form: forms.Form, name: str, label: Any, help_text: Any = "", **attributes: str) -> None:
    """Give a field its label, its help and its attributes, and no placeholder."""
    found = form.fields[name]
    found.label, found.help_text = label, help_text
    found.widget.attrs.pop("placeholder", None)
    found.widget.attrs.update({"class": "form-control", **attributes})


def code_field(form: forms.Form, help_text: Any = CODE_HELP) -> None:
    """A code typed from a telephone: digits first, no spelling help, room for a recovery code."""
    plain(
        form, "code", CODE, help_text, autocomplete="one-time-code", inputmode="numeric", spellcheck="false"
    )


class LoginForm(account_forms.LoginForm):
    """Number and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self, "login", NUMBER, autocomplete="username", autocapitalize="none", spellcheck="false")
        plain(self, "password", PASSWORD)


class ReauthenticateForm(account_forms.ReauthenticateForm):
    """The password again, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self, "password", PASSWORD)


class ChangePasswordForm(account_forms.ChangePasswordForm):
    """The present password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self, "oldpassword", both("现用密码", "Present password"))
        plain(self, "password1", both("新密码", "New password"))
        plain(self, "password2", both("再输一次新密码", "New password once more"))


class AuthenticateForm(factor_forms.AuthenticateForm):
    """The second step of signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code_field(self)


class FactorReauthenticateForm(factor_forms.ReauthenticateForm):
    """The second factor again, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code_field(self)


class ActivateTOTPForm(totp_forms.ActivateTOTPForm):
    """The first code of a new authenticator, to see that it works."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code_field(self, both("验证器应用上的六位数字。", "Six digits from your authenticator app."))


class EnrolForm(forms.Form):
    """The one-time code an administrator handed over, and the password its owner chooses."""

    number = forms.CharField(label=NUMBER, max_length=CODE_LENGTH)
    code = forms.CharField(
        label=both("启用码", "Enrolment code"),
        max_length=40,
        help_text=both(
            "管理员交给您的二十位字母和数字，横线可以不输。",
            "Twenty letters and digits from your administrator; hyphens are optional.",
        ),
    )
    password = forms.CharField(
        label=both("新密码", "New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=both(
            "至少 12 个字符；一句容易记住的话就很好。不要用常见密码，不要用警号、姓名、单位拼成。",
            "At least 12 characters; a sentence is fine. No common password, nothing made of your number, name or unit.",
        ),
    )
    again = forms.CharField(
        label=both("再输一次新密码", "New password once more"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self, "number", NUMBER, autocomplete="username", autocapitalize="none", spellcheck="false")
        for name in ("code", "password", "again"):
            self.fields[name].widget.attrs["class"] = "form-control"
        self.fields["code"].widget.attrs.update(
            autocomplete="off", autocapitalize="characters", spellcheck="false"
        )

    def clean_again(self) -> str:
        """ValidationError where the two differ."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password", again):
            raise ValidationError(both("两次输入的密码不一致。", "The two passwords differ."))
        return again


class UnlockForm(forms.Form):
    """The password or a code, whichever is at hand."""

    secret = forms.CharField(
        label=both("密码或者验证码", "Password or code"),
        strip=False,
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "form-control"}),
    )
