"""Routes of the staff face. Of allauth's, only those in use: nobody signs up, and there is no electronic mail."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from zhunsheng.console.pages import home, signing_in

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("", include("zhunsheng.casework.urls")),
    path("", include("zhunsheng.supervision.urls")),
    path("", include("zhunsheng.feeds.urls")),
    path("", include("zhunsheng.governance.urls")),
    path("", include("zhunsheng.inspections.urls")),
    path("", include("zhunsheng.accountability.urls")),
    path("account/", home.account, name="account"),
    path("text-size/", home.text_size, name="text_size"),
    path("language/", set_language, name="set_language"),
    path("sign-in/", account.login, name="account_login"),
    path("sign-in/code/", factor.authenticate, name="mfa_authenticate"),
    path("sign-in/enrol/", signing_in.enrol, name="enrol"),
    path("sign-in/enrolled/", signing_in.enrolled, name="enrolled"),
    path("sign-in/refused/", signing_in.refused, name="sign_in_refused"),
    path("sign-in/second-factor/", signing_in.factor_needed, name="sign_in_factor_needed"),
    path("sign-in/with/<slug:provider_id>/", oidc.login, name="openid_connect_login"),
    path("sign-in/with/<slug:provider_id>/back/", oidc.callback, name="openid_connect_callback"),
    path("sign-out/", account.logout, name="account_logout"),
    path("lock/", signing_in.lock, name="lock"),
    path("still-here/", signing_in.still_here, name="still_here"),
    path("unlock/", signing_in.unlock, name="unlock"),
    path("account/again/", account.reauthenticate, name="account_reauthenticate"),
    path("account/again/code/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("account/end-others/", home.end_others, name="end_others"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/second-factor/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/second-factor/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/recovery-codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    # Names that allauth leads to when it is done.
    path("account/", home.account, name="mfa_index"),
]
