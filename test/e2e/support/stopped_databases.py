"""Plug-in of the emulated AWS: a database that is stopped.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html: a stopped instance cannot be modified.
"""


def register():
    from moto.rds.exceptions import RDSClientError
    from moto.rds.models import RDSBackend

    library = RDSBackend.modify_db_instance

    def modify_db_instance(self, db_instance_identifier, db_kwargs):
        if self.describe_db_instances(db_instance_identifier)[0].status == "stopped":
            raise RDSClientError("InvalidDBInstanceState", "Cannot modify a stopped DB Instance")
        return library(self, db_instance_identifier, db_kwargs)

    RDSBackend.modify_db_instance = modify_db_instance
