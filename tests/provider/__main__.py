"""Start the provider: people and the client come as JSON on the command line; prints its port when it listens."""

import json
import os
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Nothing: the test says what went wrong."""


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.provider.settings"
    django.setup()
    from allauth.idp.oidc.models import Client
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    told = json.loads(sys.argv[1])
    call_command("migrate", verbosity=0)
    for name, claims in told["people"].items():
        User.objects.create_user(name, password=told["password"], last_name=json.dumps(claims))
    client = Client(id=told["client"], name="xiaoan", skip_consent=True)
    client.set_secret(told["secret"])
    client.set_scopes(["openid", "profile", "email"])
    client.set_redirect_uris([told["back"]])
    client.save()
    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet) as server:
        print(server.server_port, flush=True)
        server.serve_forever()


main()
