"""The people of a scenario: users with their contacts and conferences, and the Response Groups they answer in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lync_wizard.lab.farm.state import Conference, Contact, ContactObject, PoolStore, RgsObject, State, User, UserData
from lync_wizard.lab.scenarios.load import USER_POOLS
from lync_wizard.lab.scenarios.seeded import SeededValues


class Population:
    """Everybody of a completed scenario; the same ``values`` give the same people."""

    def __init__(self, scenario: Mapping[str, Any], values: SeededValues) -> None:
        self._scenario = scenario
        self._values = values
        self._homes = {pool["fqdn"]: self._sips(pool) for pool in scenario["pools"]}
        self._everyone = [sip for sips in self._homes.values() for sip in sips]

    def _sips(self, pool: Mapping[str, Any]) -> list[str]:
        rows, domain = pool["users"].items(), self._scenario["domain"]
        return [f"sip:{team}{number:02}@{domain}" for team, count in rows for number in range(1, count + 1)]

    def enable(self, state: State) -> None:
        """Put the users into the directory, and what they and their callers have into the pools' stores."""
        for pool in self._scenario["pools"]:
            fqdn = pool["fqdn"]
            for sip in self._homes[fqdn]:
                sam = sip.removeprefix("sip:").partition("@")[0]
                state.directory.users[sip] = User(sip, f"{sam[:-2].title()} {sam[-2:]}", sam, fqdn)
            if pool["kind"] in USER_POOLS:
                branches = [one["fqdn"] for one in self._scenario["pools"] if one.get("user-services") == fqdn]
                sips = [sip for home in (fqdn, *branches) for sip in self._homes[home]]
                state.stores[fqdn] = PoolStore({sip: self._user_data(sip) for sip in sips})
            if pool.get("response-group"):
                self._response_groups(state, fqdn)

    def _user_data(self, sip: str) -> UserData:
        others = [other for other in self._everyone if other != sip]
        groups = {str(number): name for number, name in enumerate(self._scenario["contact-groups"], 2)}
        contacts = [
            Contact(buddy.removeprefix("sip:"), "", [1, 2 + self._values.below(len(groups), sip, buddy)])
            for buddy in self._values.some(others, 2 + self._values.below(5, sip, "contacts"), sip)
        ]
        subjects = self._values.some(self._scenario["conferences"], self._values.below(3, sip, "meetings"), sip)
        conferences = [Conference(self._values.digest(sip, s)[:8].upper(), s) for s in subjects]
        return UserData(contacts, groups, conferences)

    def _response_groups(self, state: State, pool: str) -> None:
        own = self._scenario.get("response-groups", {}).get(pool, {})
        groups, store = {**self._scenario["response-group"], **own}, state.stores[pool]
        store.rgs_settings = dict(groups["settings"])

        def add(kind: str, name: str, **properties: Any) -> str:
            key = self._values.guid(pool, kind, name)
            store.rgs.append(RgsObject(kind, key, name, pool, False, properties))
            return key

        open_hours = {"OpenTime": "08:00", "CloseTime": "18:00"}
        days = ("MondayHours1", "TuesdayHours1", "WednesdayHours1", "ThursdayHours1", "FridayHours1")
        hours = [add("HoursOfBusiness", name, **dict.fromkeys(days, open_hours)) for name in groups["hours"]]
        rest = [{"Name": "New Year", "StartDate": "2013-01-01", "EndDate": "2013-01-02"}]
        holidays = [add("HolidaySet", name, HolidayList=rest) for name in groups["holidays"]]
        for line in groups["lines"]:
            agents = [sip for sip in store.users if sip.startswith(f"sip:{line['department']}")]
            routing = {"RoutingMethod": "LongestIdle", "ParticipationPolicy": "Informal", "AgentAlertTime": 20}
            group = add("AgentGroup", line["name"], **routing, AgentsByUri=agents)
            limits = {"TimeoutThreshold": 90, "OverflowThreshold": 20}
            queue = add("Queue", line["name"], AgentGroupIDList=[group], **limits)
            sip = f"sip:{line['address']}@{self._scenario['domain']}"
            add(
                "Workflow",
                line["name"],
                PrimaryUri=sip,
                LineUri=line["line"],
                Language="en-US",
                TimeZone="Pacific Standard Time",
                Active=True,
                BusinessHoursID=hours[len(store.rgs) % len(hours)],
                HolidaySetIDList=holidays,
                DefaultAction={"Action": "TransferToQueue", "QueueID": queue},
                NonBusinessHoursAction={"Action": "Terminate"},
            )
            state.directory.contact_objects.append(ContactObject(sip, line["name"], pool))
