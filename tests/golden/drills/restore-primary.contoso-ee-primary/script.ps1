# Restore the primary of a mirrored Back End (restore-primary)
# Target: pool01.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:759353ee7fba72465eaa41003856fdd84c3d95e46271d996eda56339226968e2
# After: Restoring a mirrored Enterprise Edition Back End Server - primary in Lync Server 2013
# Start it in the Lync Server Management Shell. It asks before every step; -From ID goes on at a step.
#requires -Version 3.0
[CmdletBinding()]
param(
    # Id of the step to begin with; those before it are passed over.
    [string] $From = ''
)
$ErrorActionPreference = 'Stop'
if ($PSVersionTable.PSVersion.Major -gt 5) {
    throw 'Use Windows PowerShell (powershell.exe), version 3 to 5.1: this script keeps its rules of quoting.'
}
$script:Waiting = $From -ne ''

function Test-Step([string] $Id, [string] $Title, [string] $RunOn, [string] $Account) {
    if ($script:Waiting) {
        if ($Id -ne $From) { return $false }
        $script:Waiting = $false
    }
    Write-Host ''
    Write-Host ('{0}  {1}' -f $Id, $Title) -ForegroundColor Cyan
    Write-Host ('Run it on {0} as {1}.' -f $RunOn, $Account)
    $computer = ($RunOn -split '[.\\]')[0]
    if ($computer -ne $env:COMPUTERNAME) {
        Write-Warning ('This is {0}. Start this script on {1} with -From {2};' -f $env:COMPUTERNAME, $RunOn, $Id)
        Write-Warning 'or answer here, where the step may as well run from this computer.'
    }
    while ($true) {
        switch (Read-Host 'run, skip or quit') {
            'run' { return $true }
            'skip' { return $false }
            'quit' { Write-Host ('Go on later with -From {0}' -f $Id); exit 130 }
        }
    }
}

function Confirm-Harm([string] $Harm, [string] $Name) {
    Write-Host ('DESTRUCTIVE: {0}' -f $Harm) -ForegroundColor Red
    while ((Read-Host ('Type {0} to go on (Ctrl+C stops)' -f $Name)) -ne $Name) { }
}

function Confirm-Check([string] $Question) {
    if ((Read-Host ('{0} (yes or no)' -f $Question)) -ne 'yes') {
        throw 'Stopped: the answer was not yes. Fix it, then start again with -From and the id of this step.'
    }
}

function Assert-ExitCode([int] $Low, [int] $High) {
    if ($LASTEXITCODE -lt $Low -or $LASTEXITCODE -gt $High) {
        $success = if ($Low -eq $High) { "$Low means" } else { "$Low to $High mean" }
        throw ('Exit code {0}; {1} success.' -f $LASTEXITCODE, $success)
    }
}

# ---- Prepare
if (Test-Step -Id 'prepare/prep-decide' -Title 'Decide what to restore' -RunOn 'pool01.contoso.com' -Account 'lync-admin') {
    # Note: Restore only when troubleshooting has failed; a restore costs downtime and everything since the backup.
    # Note: The person named in the plan decides. Have media, keys, certificates and the worksheets at hand before going on.
    Write-Host 'Decide: Decide what to restore (restore)'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Prepare
if (Test-Step -Id 'prepare/prep-ad' -Title 'Keep the AD computer account' -RunOn 'dc01.contoso.com' -Account 'domain-admin') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of sql01.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ADComputer -Identity 'sql01' -Properties @('MemberOf') | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True?'
}

# ---- Switch mirroring off in the topology
if (Test-Step -Id 'mp-tb-unmirror' -Title 'Switch mirroring off in the topology' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The general mirroring topic wants Uninstall-CsMirrorDatabase first; with a dead primary this is the order.
    Confirm-Harm -Harm 'changes the published topology; pool01.contoso.com is no longer mirrored in it' -Name 'pool01.contoso.com'
    Write-Host 'In Topology Builder choose Download Topology from existing deployment, OK, Save, Yes. Enterprise Edition Front End pools, right-click pool01.contoso.com, Edit Properties, General, Associations: clear Enable SQL Server store mirroring (also for Archiving and Monitoring as needed), OK. Node Lync Server 2013, Topology, Publish.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsService -UserServer -PoolFqdn 'pool01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: MirrorUserDatabase is empty?'
    # To undo: tick it again and publish
}

# ---- Make the survivor the SQL store
if (Test-Step -Id 'mp-tb-newstore' -Title 'Make the survivor the SQL store' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Harm -Harm 'changes the published topology; sql02.contoso.com becomes the SQL store of pool01.contoso.com' -Name 'pool01.contoso.com'
    Write-Host 'Same dialog of pool01.contoso.com in Topology Builder, field SQL Server store: enter sql02.contoso.com, OK. Node Lync Server 2013, Topology, Publish.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsService -UserServer -PoolFqdn 'pool01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: UserDatabase contains sql02.contoso.com?'
    # To undo: enter the old store again and publish
}

# ---- Restart services on every Front End Server
if (Test-Step -Id 'mp-restart.1@fe01.contoso.com' -Title 'Stop the Lync services, gracefully' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Confirm-Check -Question 'Before: the configuration is replicated?'
    Confirm-Harm -Harm 'interrupts service on fe01.contoso.com; its users move to the other Front End Servers' -Name 'fe01.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe01.contoso.com' -Graceful
    Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 15 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe01.contoso.com
}

# ---- Restart services on every Front End Server
if (Test-Step -Id 'mp-restart.2@fe01.contoso.com' -Title 'Start the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Start-CsWindowsService -ComputerName 'fe01.contoso.com'
    Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart services on every Front End Server
if (Test-Step -Id 'mp-restart.3@fe01.contoso.com' -Title 'Every routing group has a primary and a secondary again' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The next server is restarted only then. A pool with a single Front End Server is restarted in a quiet hour.
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com'
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is Warning; the number of objects is at least 1 (within 60 min)?'
}

# ---- Restart services on every Front End Server
if (Test-Step -Id 'mp-restart.1@fe02.contoso.com' -Title 'Stop the Lync services, gracefully' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the configuration is replicated?'
    Confirm-Harm -Harm 'interrupts service on fe02.contoso.com; its users move to the other Front End Servers' -Name 'fe02.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe02.contoso.com' -Graceful
    Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 15 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe02.contoso.com
}

# ---- Restart services on every Front End Server
if (Test-Step -Id 'mp-restart.2@fe02.contoso.com' -Title 'Start the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Start-CsWindowsService -ComputerName 'fe02.contoso.com'
    Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart services on every Front End Server
if (Test-Step -Id 'mp-restart.3@fe02.contoso.com' -Title 'Every routing group has a primary and a secondary again' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The next server is restarted only then. A pool with a single Front End Server is restarted in a quiet hour.
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com'
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is Warning; the number of objects is at least 1 (within 60 min)?'
}

# ---- Restart services on every Front End Server
if (Test-Step -Id 'mp-restart.1@fe03.contoso.com' -Title 'Stop the Lync services, gracefully' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the configuration is replicated?'
    Confirm-Harm -Harm 'interrupts service on fe03.contoso.com; its users move to the other Front End Servers' -Name 'fe03.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe03.contoso.com' -Graceful
    Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 15 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe03.contoso.com
}

# ---- Restart services on every Front End Server
if (Test-Step -Id 'mp-restart.2@fe03.contoso.com' -Title 'Start the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Start-CsWindowsService -ComputerName 'fe03.contoso.com'
    Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart services on every Front End Server
if (Test-Step -Id 'mp-restart.3@fe03.contoso.com' -Title 'Every routing group has a primary and a secondary again' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The next server is restarted only then. A pool with a single Front End Server is restarted in a quiet hour.
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com'
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is Warning; the number of objects is at least 1 (within 60 min)?'
}

# ---- Remove mirroring in SQL Server
if (Test-Step -Id 'mp-uninstall.1@User' -Title 'Remove the mirroring' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: -SqlServerFqdn names the primary in the topology, which by now is the survivor.
    # Note: The release notes report that it fails once the mirror is gone from the topology (O-05); the next two commands then do it.
    Confirm-Harm -Harm 'ends the mirroring of the User databases on sql02.contoso.com' -Name 'sql02.contoso.com'
    # An error with these words does not count: mirror
    try { Uninstall-CsMirrorDatabase -DatabaseType 'User' -SqlServerFqdn 'sql02.contoso.com' -SqlInstanceName 'RTC' -Confirm:$false -Verbose } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    # To undo: none; the mirror is made anew in mp-tb-mirror
}

# ---- Remove mirroring in SQL Server
if (Test-Step -Id 'mp-uninstall.1@Application' -Title 'Remove the mirroring' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: -SqlServerFqdn names the primary in the topology, which by now is the survivor.
    # Note: The release notes report that it fails once the mirror is gone from the topology (O-05); the next two commands then do it.
    Confirm-Harm -Harm 'ends the mirroring of the Application databases on sql02.contoso.com' -Name 'sql02.contoso.com'
    # An error with these words does not count: mirror
    try { Uninstall-CsMirrorDatabase -DatabaseType 'Application' -SqlServerFqdn 'sql02.contoso.com' -SqlInstanceName 'RTC' -Confirm:$false -Verbose } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    # To undo: none; the mirror is made anew in mp-tb-mirror
}

# ---- Remove mirroring in SQL Server
if (Test-Step -Id 'mp-uninstall.2@rtcab' -Title 'End the database''s mirroring' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Nothing is sent where the database is out of mirroring already.
    Confirm-Harm -Harm 'ends the mirroring of rtcab; transactions the lost principal had not sent are lost' -Name 'sql02.contoso.com'
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''rtcab'')) ALTER DATABASE [rtcab] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: database_name is rtcab?'
    # To undo: none; the mirror is made anew later
}

# ---- Remove mirroring in SQL Server
if (Test-Step -Id 'mp-uninstall.2@rtcshared' -Title 'End the database''s mirroring' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Nothing is sent where the database is out of mirroring already.
    Confirm-Harm -Harm 'ends the mirroring of rtcshared; transactions the lost principal had not sent are lost' -Name 'sql02.contoso.com'
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''rtcshared'')) ALTER DATABASE [rtcshared] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: database_name is rtcshared?'
    # To undo: none; the mirror is made anew later
}

# ---- Remove mirroring in SQL Server
if (Test-Step -Id 'mp-uninstall.2@rtcxds' -Title 'End the database''s mirroring' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Nothing is sent where the database is out of mirroring already.
    Confirm-Harm -Harm 'ends the mirroring of rtcxds; transactions the lost principal had not sent are lost' -Name 'sql02.contoso.com'
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''rtcxds'')) ALTER DATABASE [rtcxds] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: database_name is rtcxds?'
    # To undo: none; the mirror is made anew later
}

# ---- Remove mirroring in SQL Server
if (Test-Step -Id 'mp-uninstall.2@rgsconfig' -Title 'End the database''s mirroring' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Nothing is sent where the database is out of mirroring already.
    Confirm-Harm -Harm 'ends the mirroring of rgsconfig; transactions the lost principal had not sent are lost' -Name 'sql02.contoso.com'
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''rgsconfig'')) ALTER DATABASE [rgsconfig] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: database_name is rgsconfig?'
    # To undo: none; the mirror is made anew later
}

# ---- Remove mirroring in SQL Server
if (Test-Step -Id 'mp-uninstall.2@rgsdyn' -Title 'End the database''s mirroring' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Nothing is sent where the database is out of mirroring already.
    Confirm-Harm -Harm 'ends the mirroring of rgsdyn; transactions the lost principal had not sent are lost' -Name 'sql02.contoso.com'
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''rgsdyn'')) ALTER DATABASE [rgsdyn] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: database_name is rgsdyn?'
    # To undo: none; the mirror is made anew later
}

# ---- Remove mirroring in SQL Server
if (Test-Step -Id 'mp-uninstall.2@cpsdyn' -Title 'End the database''s mirroring' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Nothing is sent where the database is out of mirroring already.
    Confirm-Harm -Harm 'ends the mirroring of cpsdyn; transactions the lost principal had not sent are lost' -Name 'sql02.contoso.com'
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''cpsdyn'')) ALTER DATABASE [cpsdyn] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: database_name is cpsdyn?'
    # To undo: none; the mirror is made anew later
}

# ---- Remove mirroring in SQL Server
if (Test-Step -Id 'mp-uninstall.3@rtcab' -Title 'Bring the database online' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Only a database that shows RESTORING
    # Note: because it was the mirror
    # Note: is recovered.
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''rtcab'' AND state_desc = N''RESTORING'') RESTORE DATABASE [rtcab] WITH RECOVERY;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''rtcab'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE?'
}

# ---- Remove mirroring in SQL Server
if (Test-Step -Id 'mp-uninstall.3@rtcshared' -Title 'Bring the database online' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Only a database that shows RESTORING
    # Note: because it was the mirror
    # Note: is recovered.
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''rtcshared'' AND state_desc = N''RESTORING'') RESTORE DATABASE [rtcshared] WITH RECOVERY;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''rtcshared'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE?'
}

# ---- Remove mirroring in SQL Server
if (Test-Step -Id 'mp-uninstall.3@rtcxds' -Title 'Bring the database online' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Only a database that shows RESTORING
    # Note: because it was the mirror
    # Note: is recovered.
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''rtcxds'' AND state_desc = N''RESTORING'') RESTORE DATABASE [rtcxds] WITH RECOVERY;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''rtcxds'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE?'
}

# ---- Remove mirroring in SQL Server
if (Test-Step -Id 'mp-uninstall.3@rgsconfig' -Title 'Bring the database online' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Only a database that shows RESTORING
    # Note: because it was the mirror
    # Note: is recovered.
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''rgsconfig'' AND state_desc = N''RESTORING'') RESTORE DATABASE [rgsconfig] WITH RECOVERY;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''rgsconfig'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE?'
}

# ---- Remove mirroring in SQL Server
if (Test-Step -Id 'mp-uninstall.3@rgsdyn' -Title 'Bring the database online' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Only a database that shows RESTORING
    # Note: because it was the mirror
    # Note: is recovered.
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''rgsdyn'' AND state_desc = N''RESTORING'') RESTORE DATABASE [rgsdyn] WITH RECOVERY;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''rgsdyn'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE?'
}

# ---- Remove mirroring in SQL Server
if (Test-Step -Id 'mp-uninstall.3@cpsdyn' -Title 'Bring the database online' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    # Note: Only a database that shows RESTORING
    # Note: because it was the mirror
    # Note: is recovered.
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''cpsdyn'' AND state_desc = N''RESTORING'') RESTORE DATABASE [cpsdyn] WITH RECOVERY;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''cpsdyn'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE?'
}

# ---- Rebuild the failed machine
if (Test-Step -Id 'mp-bare.1' -Title 'Install Windows under the old name' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Harm -Harm 'the disks of the computer that becomes sql01.contoso.com are wiped' -Name 'sql01.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name sql01.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is sql01 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; whatever is on the disks is gone
}

# ---- Rebuild the failed machine
if (Test-Step -Id 'mp-bare.2' -Title 'The name and the DNS suffix are those of the topology' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is sql01 and Domain is contoso.com?'
}

# ---- Rebuild the failed machine
if (Test-Step -Id 'mp-bare.3' -Title 'No trace of an earlier installation' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    # Note: A restore never goes onto an existing server state.
    # An error with these words does not count: Cannot find any service
    try { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- Rebuild the failed machine
if (Test-Step -Id 'mp-bare.4' -Title 'Restore or re-enrol the certificates' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains sql01.contoso.com?'
}

# ---- Rebuild the failed machine
if (Test-Step -Id 'mp-bare.5' -Title 'Take an image' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Install SQL Server
if (Test-Step -Id 'mp-sql.1' -Title 'Install SQL Server as it was' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    # Note: An instance under another name is not the one the topology knows (pitfall P21).
    Write-Host 'Install SQL Server on sql01.contoso.com by the organisation''s own procedure, as it was installed originally: the same version, edition and service pack as before, the instance sql01.contoso.com\RTC under its old name, the same folders, service accounts, permissions and logins. Open its ports in the firewall (1433, UDP 1434, the instance''s own, and for mirroring 5022, on a witness 7022).'
    [void] (Read-Host 'Press Enter when it is done')
    Write-Host 'On sql01.contoso.com\RTC as sql-admin run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Verify: does it show every object: is_sysadmin is 1?'
    # To undo: uninstall the instance
}

# ---- Install SQL Server
if (Test-Step -Id 'mp-sql.2' -Title 'Version and edition are those of the partner' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    Confirm-Check -Question 'Before: every SQL instance of the plan answers and lets us in?'
    Confirm-Check -Question 'Before: the instances are of a fitting version?'
    Confirm-Check -Question 'Before: the database servers have room?'
    Confirm-Check -Question 'Before: the model database has its original size?'
    Confirm-Check -Question 'Before: no transaction log is about to be full?'
    Confirm-Check -Question 'Before: mirroring endpoints are started?'
    Confirm-Check -Question 'Before: every instance has its old name?'
    Confirm-Check -Question 'Before: no database is owned by RTCUniversalServerAdmins?'
    Confirm-Check -Question 'Before: the Front End Servers reach the Back End?'
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''ProductVersion'') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''ProductLevel'') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''Edition'') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''MachineName'') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''InstanceName'') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''Collation'') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''sysadmin'') AS is_sysadmin;'
    Assert-ExitCode -Low 0 -High 0
    Confirm-Check -Question 'Does the answer show every object: is_sysadmin is 1?'
}

# ---- Re-enable mirroring and install the mirror
if (Test-Step -Id 'mp-tb-mirror.1' -Title 'This machine is at the update level of the others' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Databases come at the level of the machine whose shell or Topology Builder creates them.
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*'
    Confirm-Check -Question 'Does the answer show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Re-enable mirroring and install the mirror
if (Test-Step -Id 'mp-tb-mirror.2' -Title 'Enable mirroring in the topology and publish' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Publishing is missing in the documentation's topic (O-06).
    Confirm-Harm -Harm 'changes the published topology; sql01.contoso.com becomes the mirror of pool01.contoso.com' -Name 'pool01.contoso.com'
    Write-Host 'In Topology Builder choose Download Topology from existing deployment, OK, Save, Yes. Right-click pool01.contoso.com, Edit Properties, General, Associations: tick Enable SQL Server store mirroring (also Archiving and Monitoring if needed), Mirroring SQL Server store: sql01.contoso.com, port 5022; the witness as before, port 7022; OK. Node Lync Server 2013, Topology, Publish.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsService -UserServer -PoolFqdn 'pool01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: MirrorUserDatabase contains sql01.contoso.com?'
    # To undo: clear it again and publish
}

# ---- Re-enable mirroring and install the mirror
if (Test-Step -Id 'mp-tb-mirror.3' -Title 'Install the mirror databases' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: -DropExistingDatabasesOnMirror (part of Microsoft's example) is left out; it deletes databases on the mirror.
    # Note: The accounts of both SQL servers must be able to read and write the share; for Network Service DOMAIN\SERVER$.
    # Note: The question about each database is answered beforehand (-Confirm:$false stands for A, Yes to All).
    # Note: A witness that the topology names is set up together with the mirror.
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    Test-Path -LiteralPath '\\fs01.contoso.com\MirrorShare' | Out-Host
    Confirm-Check -Question 'Before: the share for seeding the mirror is there: does it show every object: the value is True?'
    Confirm-Harm -Harm 'creates databases on the mirror sql01.contoso.com' -Name 'sql01.contoso.com'
    Install-CsMirrorDatabase -ConfiguredDatabases -FileShare '\\fs01.contoso.com\MirrorShare' -SqlServerFqdn 'sql02.contoso.com' -Confirm:$false -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn 'pool01.contoso.com' -DatabaseType 'User' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase once for each database type
}

# ---- Re-enable mirroring and install the mirror
if (Test-Step -Id 'mp-tb-mirror.4@User' -Title 'Every database has its mirror again' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsDatabaseMirrorState -PoolFqdn 'pool01.contoso.com' -DatabaseType 'User'
    Confirm-Check -Question 'Does the answer show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized?'
}

# ---- Re-enable mirroring and install the mirror
if (Test-Step -Id 'mp-tb-mirror.4@Application' -Title 'Every database has its mirror again' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsDatabaseMirrorState -PoolFqdn 'pool01.contoso.com' -DatabaseType 'Application'
    Confirm-Check -Question 'Does the answer show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized?'
}

# ---- Restart all Front End Servers
if (Test-Step -Id 'mp-restart2.1@fe01.contoso.com' -Title 'Stop the Lync services, gracefully' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the configuration is replicated?'
    Confirm-Harm -Harm 'interrupts service on fe01.contoso.com; its users move to the other Front End Servers' -Name 'fe01.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe01.contoso.com' -Graceful
    Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 15 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe01.contoso.com
}

# ---- Restart all Front End Servers
if (Test-Step -Id 'mp-restart2.2@fe01.contoso.com' -Title 'Start the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Start-CsWindowsService -ComputerName 'fe01.contoso.com'
    Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart all Front End Servers
if (Test-Step -Id 'mp-restart2.3@fe01.contoso.com' -Title 'Every routing group has a primary and a secondary again' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The next server is restarted only then. A pool with a single Front End Server is restarted in a quiet hour.
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com'
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is Warning; the number of objects is at least 1 (within 60 min)?'
}

# ---- Restart all Front End Servers
if (Test-Step -Id 'mp-restart2.1@fe02.contoso.com' -Title 'Stop the Lync services, gracefully' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the configuration is replicated?'
    Confirm-Harm -Harm 'interrupts service on fe02.contoso.com; its users move to the other Front End Servers' -Name 'fe02.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe02.contoso.com' -Graceful
    Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 15 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe02.contoso.com
}

# ---- Restart all Front End Servers
if (Test-Step -Id 'mp-restart2.2@fe02.contoso.com' -Title 'Start the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Start-CsWindowsService -ComputerName 'fe02.contoso.com'
    Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart all Front End Servers
if (Test-Step -Id 'mp-restart2.3@fe02.contoso.com' -Title 'Every routing group has a primary and a secondary again' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The next server is restarted only then. A pool with a single Front End Server is restarted in a quiet hour.
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com'
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is Warning; the number of objects is at least 1 (within 60 min)?'
}

# ---- Restart all Front End Servers
if (Test-Step -Id 'mp-restart2.1@fe03.contoso.com' -Title 'Stop the Lync services, gracefully' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the configuration is replicated?'
    Confirm-Harm -Harm 'interrupts service on fe03.contoso.com; its users move to the other Front End Servers' -Name 'fe03.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe03.contoso.com' -Graceful
    Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 15 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe03.contoso.com
}

# ---- Restart all Front End Servers
if (Test-Step -Id 'mp-restart2.2@fe03.contoso.com' -Title 'Start the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Start-CsWindowsService -ComputerName 'fe03.contoso.com'
    Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart all Front End Servers
if (Test-Step -Id 'mp-restart2.3@fe03.contoso.com' -Title 'Every routing group has a primary and a secondary again' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The next server is restarted only then. A pool with a single Front End Server is restarted in a quiet hour.
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com'
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is Warning; the number of objects is at least 1 (within 60 min)?'
}

# Left out: Force all databases to the mirror: failover needed was not chosen
Write-Host 'Afterwards: The roles of the topology are exchanged for good; have the deployment facts read again, so that the papers say so.'
Write-Host 'Afterwards: Look at Get-CsDatabaseMirrorState once more after an hour.'
Write-Host 'Afterwards: After a mirrored monitoring store was rebuilt add the partner to both data sources of the Monitoring Reports.'
