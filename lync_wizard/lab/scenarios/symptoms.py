"""What people report at the start of a drill whose cause is not named: by scenario, never by procedure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SYMPTOMS: Final[Mapping[str, tuple[str, ...]]] = {
    "contoso-se": (
        "Since 02:10 nobody of support, finance, legal and logistics is signed in, and the hotlines do not answer.",
        "se01.contoso.com answers no ping; a technician in the machine room reports a smell of burning at its rack.",
        "Reception, sales and operations, who are on fe01.contoso.com, work as usual.",
    ),
    "contoso-se-chat": (
        "Support, finance, legal and logistics are signed out, and every chat room is gone.",
        "se01.contoso.com answers nothing: its controller overwrote both disks.",
        "Reception, sales and operations, who are on fe01.contoso.com, work as usual, except for the rooms.",
    ),
    "contoso-se-kerberos": (
        "Support, finance, legal and logistics cannot sign in; se01.contoso.com was destroyed by water.",
        "The web services of the site share one account in Active Directory; fe01.contoso.com uses it too, and works.",
    ),
    "contoso-se-cms-kerberos": (
        "Reception, sales and operations cannot sign in; fe01.contoso.com was stolen last night.",
        "se01.contoso.com works. The web services of both share one account in Active Directory.",
        "The Control Panel and Topology Builder end with an error before they show anything, from every server.",
    ),
    "contoso-se-cms": (
        "Reception, sales and operations cannot sign in; fe01.contoso.com answers nothing.",
        "People on se01.contoso.com sign in and talk to each other.",
        "The Control Panel and Topology Builder end with an error before they show anything, from every server.",
    ),
    "contoso-se-cms-local": (
        "Reception, sales and operations cannot sign in; fe01.contoso.com answers nothing.",
        "The Control Panel shows nothing on any server; people on se01.contoso.com work.",
        "The person responsible for the nightly backup says that one file was missing from it for months, unnoticed.",
    ),
    "contoso-se-cms-database": (
        "Everybody can sign in and call, on fe01.contoso.com and on se01.contoso.com.",
        "Since the weekend's work fe01.contoso.com writes errors about databases that cannot be opened.",
        "The Control Panel and Topology Builder end with an error before they show anything, from every server.",
    ),
    "contoso-se-cms-pointer": (
        "Everybody can sign in and call, on fe01.contoso.com and on se01.contoso.com.",
        "Somebody cleaned up Active Directory last night.",
        "The Control Panel and Topology Builder report that they find no location of the configuration.",
    ),
    "contoso-se-rgs": (
        "Callers of the support hotline, of invoices and of deliveries hear that the number is not available.",
        "The same people on se01.contoso.com sign in, see their contacts and call each other.",
        "An agent says that all groups were gone from the sign-in page after last night's change.",
    ),
    "contoso-archmon": (
        "The Monitoring Reports show no call before tonight, and compliance finds no archived message.",
        "mon01.contoso.com had new disks and was set up again by the SQL team; the databases of Lync are not on it.",
        "Everybody can sign in and call; the chat rooms are empty of history.",
    ),
    "contoso-pchat": (
        "Chat rooms have disappeared from every client; everything else works.",
        "The SQL team reports that chatsql01.contoso.com lost its data disk and runs again without user data.",
        "chat01.contoso.com and chat02.contoso.com are up, and their service stops a minute after it starts.",
    ),
    "contoso-pchat-export": (
        "Chat rooms have disappeared from every client; everything else works.",
        "chatsql01.contoso.com lost its data disk and runs again without user data.",
        "The SQL team looks for its own backup of it and finds none.",
    ),
    "contoso-ee-cms": (
        "People of Redmond are signed in with limited functionality: no contacts, no conferences.",
        "sql01.contoso.com answers nothing. Chicago works.",
        "The Control Panel and Topology Builder end with an error before they show anything, from every server.",
    ),
    "contoso-ee-cms-laden": (
        "People of Redmond are signed in with limited functionality: no contacts, no conferences, no chat rooms.",
        "sql01.contoso.com, the one SQL server for everything, answers nothing. Chicago works.",
        "The Control Panel ends with an error, the Monitoring Reports too, and compliance finds no archive.",
    ),
    "contoso-ee-cms-both": (
        "People of Redmond are signed in with limited functionality: no contacts, no conferences.",
        "Neither sql01.contoso.com nor sql02.contoso.com answers: both stood on the storage that failed at 01:40.",
        "The Control Panel shows nothing on any server. Chicago works.",
    ),
    "contoso-ee-cms-primary": (
        "People of Redmond are signed in with limited functionality since sql01.contoso.com went silent.",
        "sql02.contoso.com runs and answers; nothing has switched over to it by itself.",
        "The Control Panel ends with an error before it shows anything.",
    ),
    "contoso-ee-cms-database": (
        "Everybody in Redmond and Chicago can sign in and call.",
        "The SQL Servers answer, but two databases on them cannot be opened since the failed maintenance at 01:15.",
        "The Control Panel and Topology Builder end with an error before they show anything, from every server.",
    ),
    "contoso-ee-backend": (
        "People of Redmond are signed in with limited functionality: no contacts, no conferences.",
        "sql01.contoso.com answers nothing; its disks are gone.",
        "Chicago works, and the Control Panel opens and shows every server.",
    ),
    "contoso-ee-backend-both": (
        "People of Redmond are signed in with limited functionality: no contacts, no conferences.",
        "Neither sql01.contoso.com nor sql02.contoso.com answers after the flood in their room.",
        "Chicago works, and the Control Panel opens and shows every server.",
    ),
    "contoso-ee-primary": (
        "For a few seconds at 03:05 people of Redmond lost their contacts; since then everything works for them.",
        "Monitoring is red on sql01.contoso.com, which answers nothing; sql02.contoso.com is busier than before.",
        "The Control Panel opens and shows every server.",
    ),
    "contoso-ee-primary-unwatched": (
        "Since 03:05 people of Redmond are signed in with limited functionality: no contacts, no conferences.",
        "sql01.contoso.com answers nothing; sql02.contoso.com runs, and nothing has switched over to it by itself.",
        "Chicago works, and the Control Panel opens and shows every server.",
    ),
    "contoso-ee-mirror": (
        "No user complains.",
        "Monitoring is red on sql02.contoso.com: its power supply failed and damaged the disks.",
        "The SQL log of sql01.contoso.com grows and says that its partner is disconnected.",
    ),
    "contoso-ee-witness": (
        "No user complains.",
        "Monitoring is red on sql03.contoso.com, which answers nothing and will not come back.",
        "sql01.contoso.com and sql02.contoso.com are synchronized; nobody could switch between them without a person.",
    ),
    "contoso-ee-front-end": (
        "Some people of Redmond were signed out for a minute and are back.",
        "fe02.contoso.com answers nothing: its mainboard failed.",
        "fe01.contoso.com and fe03.contoso.com work as usual.",
    ),
    "contoso-ee-dfs": (
        "Some people of Redmond were signed out for a minute and are back.",
        "fe02.contoso.com, which also holds a copy of the file store behind DFS, answers nothing.",
        "fe01.contoso.com and fe03.contoso.com work as usual, and so do files in meetings.",
    ),
    "contoso-ee-director": (
        "People who sign in from home take a little longer; everyone can sign in.",
        "dir01.contoso.com answers nothing after its disks failed.",
    ),
    "contoso-ee-director-kerberos": (
        "Whoever comes in from home through the web is asked for a password twice, and can then sign in.",
        "dir01.contoso.com answers nothing. The web services of all servers share one account in Active Directory.",
    ),
    "contoso-ee-mediation": (
        "No call to or from the telephone network goes through in Redmond; calls between colleagues do.",
        "med01.contoso.com answers nothing and shows no picture on its console.",
    ),
    "contoso-ee-chat": (
        "Chat rooms work, slower than usual.",
        "chat02.contoso.com answers nothing since its mainboard failed; chat01.contoso.com serves everyone.",
    ),
    "contoso-ee-edge": (
        "Every second attempt to join a meeting from outside fails.",
        "edge02 in the perimeter network answers nothing; edge01 does.",
        "Inside the company nothing is wrong.",
    ),
    "contoso-ee-pool": (
        "Nobody in Redmond can sign in. The machine room of the pool and its SQL Servers burned out.",
        "fe01, fe02, fe03, sql01 and sql02.contoso.com are gone; the file server in the other building runs.",
        "Chicago works, and the Control Panel there opens and shows every server.",
    ),
    "contoso-ee-front-ends": (
        "Nobody in Redmond can sign in; fe01, fe02 and fe03.contoso.com answer nothing after a failed firmware update.",
        "sql01.contoso.com and sql02.contoso.com run and are synchronized.",
        "Chicago works.",
    ),
    "contoso-ee-filestore": (
        "In meetings nobody can open or share a slide; the address book cannot be searched.",
        "fs01.contoso.com answers nothing and its volume cannot be mounted elsewhere.",
        "People sign in, send messages and call.",
    ),
    "contoso-failover-pool": (
        "Everybody of research and training in Chicago works with limited functionality: no contacts, no meetings.",
        "The machine room in Chicago has no power; the electrician speaks of two days.",
        "Redmond works, and so does the Control Panel.",
    ),
    "contoso-failover-site": (
        "Everybody in Redmond who was signed in works with limited functionality; nobody can join a meeting.",
        "The data centre in Redmond was evacuated at 02:10 and answers nothing: no server, no file share, no firewall.",
        "Partners outside cannot be reached; the chat rooms are gone; the Control Panel ends with an error everywhere.",
    ),
    "contoso-failover-cms-pool": (
        "Everybody in Redmond works with limited functionality: no contacts, no meetings.",
        "The storage of pool01 was overwritten; none of its servers starts, the SQL Servers neither.",
        "Chicago works. The Control Panel and Topology Builder end with an error before they show anything.",
    ),
    "contoso-failover-backend": (
        "Everybody of research and training works with limited functionality since half an hour after the failure.",
        "fe11, fe12 and fe13 answer and their services run; sql11 and sql12 have lost their storage.",
        "Redmond works.",
    ),
    "contoso-failover-se": (
        "The workshop is signed out or works with limited functionality.",
        "se03.contoso.com answers nothing; the harbour on se04.contoso.com works.",
        "Everybody else works.",
    ),
}
"""The symptoms of a scenario's disaster, as people report them before the cause is known."""


def of(scenario: str) -> tuple[str, ...]:
    """The symptoms of a scenario, a sentence or two each; empty where none are recorded."""
    return SYMPTOMS.get(scenario, ())
