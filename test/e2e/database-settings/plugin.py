"""Plug-in of the emulated AWS: RDS with what its library leaves out of a database, Performance and Database Insights.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.Considerations.html
"""


def register():
    from moto.rds.exceptions import InvalidParameterCombination
    from moto.rds.models import DBInstance, RDSBackend

    init, modify = DBInstance.__init__, RDSBackend.modify_db_instance

    def check(database):
        days = database.performance_insights_retention_period or 0
        if database.database_insights_mode == "advanced" and days < 465:
            raise InvalidParameterCombination(
                "To enable the Advanced mode of Database Insights, enable Performance Insights with a retention period of "
                "at least 465 days."
            )

    def create(self, backend, *args, **kwargs):
        init(self, backend, *args, **kwargs)
        self.database_insights_mode = kwargs.get("database_insights_mode") or "standard"
        is_on = kwargs.get("enable_performance_insights")
        self.performance_insights_retention_period = (
            int(kwargs.get("performance_insights_retention_period") or 7) if is_on else None
        )
        check(self)

    def modify_db_instance(self, db_instance_identifier, db_kwargs):
        database = modify(self, db_instance_identifier, db_kwargs)
        for name in ("database_insights_mode", "performance_insights_retention_period"):
            if db_kwargs.get(name):
                setattr(database, name, db_kwargs[name])
        check(database)
        return database

    DBInstance.__init__ = create
    RDSBackend.modify_db_instance = modify_db_instance
