"""Plug-in of the emulated AWS: ModifyDBInstance gives the master user of a database its new password.

The emulated databases run nothing. A server on this machine stands for one of them: the file that MASTER_PASSWORDS names has
the arguments of psql by the identifier of the instance.
"""

import json
import os
import subprocess


def register():
    from moto.rds.models import RDSBackend

    library = RDSBackend.modify_db_instance

    def modify_db_instance(self, db_instance_identifier, db_kwargs):
        # The library removes what it has read.
        password = db_kwargs.get("master_user_password")
        answer = library(self, db_instance_identifier, db_kwargs)
        with open(os.environ["MASTER_PASSWORDS"]) as file:
            server = json.load(file).get(db_instance_identifier)
        if password and server:
            subprocess.run(
                [*server["psql"], "--quiet", "--no-psqlrc", f"--set=user={answer.master_username}"],
                input="\\getenv password NEW_PASSWORD\nALTER ROLE :\"user\" PASSWORD :'password';\n",
                env={**os.environ, "PGPASSWORD": server["password"], "NEW_PASSWORD": password},
                text=True,
                check=True,
            )
        return answer

    RDSBackend.modify_db_instance = modify_db_instance
