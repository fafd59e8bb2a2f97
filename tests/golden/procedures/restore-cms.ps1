# Restore the server that hosts the Central Management store (restore-cms)
# After: Restoring the server hosting the Central Management store in Lync Server 2013
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

function Read-Value([string] $Question) {
    $values = @()
    while ($true) {
        $line = Read-Host ('{0}: one value a line, an empty line ends' -f $Question)
        if ($line -eq '' -and $values.Count -gt 0) { return ,$values }
        if ($line -ne '') { $values += $line }
    }
}

function Join-Move([string[]] $Name, [string[]] $File) {
    if ($Name.Count -ne $File.Count) { throw 'Give one path for each logical name, in the same order.' }
    $moves = for ($i = 0; $i -lt $Name.Count; $i++) {
        ', MOVE N''{0}'' TO N''{1}''' -f $Name[$i].Replace('''', ''''''), $File[$i].Replace('''', '''''')
    }
    return $moves -join ''
}

# Replace each of these everywhere in this file (editor, Replace All); double any apostrophe.
$values = @(
    '<PoolFqdn>',
    '<DomainControllerFqdn>',
    '<ServerName of CmsSqlServerFqdn>',
    '<ServerName>',
    '<ShellFqdn>',
    '<CmsMirrorSqlServerFqdn>',
    '<CmsMirrorInstance>',
    '<TypePoolFqdn>',
    '<DatabaseType>',
    '<DatabaseMirror>',
    '<DatabaseName>',
    '<ServerInstance of CmsMirrorSqlServerFqdn>',
    '<RescueSet>',
    '<RgsServiceId>',
    '<CmsMirrorSqlInstance>',
    '<CmsSqlServerFqdn>',
    '<ServerFqdn>',
    '<BackupSet:FileStore>',
    '<FileStoreLocalPath>',
    '<ShareName>',
    '<FileStoreShare>',
    '<CmsInstance>',
    '<ServerInstance of CmsSqlServerFqdn>',
    '<ServerInstance>',
    '<Run:local-folder>',
    '<BackupSet:Configuration>',
    '<CmsSqlInstance>',
    '<FirstFrontEndFqdn>',
    '<BackupSet:UserData>',
    '<BackupSet:UserData:name>',
    '<FrontEndFqdn>',
    '<MirrorFileShare>',
    '<ReturningDatabases>',
    '<GoodServerFqdn>',
    '<BackupSet:Locations>',
    '<BackupSet:Rgs>',
    '<BackupSet:Rgs:name>',
    '<RgsPoolFqdn>',
    '<DatabaseServerFqdn>',
    '<DatabaseInstance>',
    '<DatabaseFile>',
    '<DOMAIN>',
    '<PChatSqlFqdn>',
    '<PChatSqlInstance>',
    '<PChatMemberFqdn>',
    '<local backup folder>',
    '<PChatInstance>',
    '<BackupSetName>',
    '<BackupSet:PersistentChat>',
    '<BackupSet:PersistentChat:name>',
    '<KerberosAccount>',
    '<SiteName>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}
# Decide first: Is the user store lost with the server? yes, the server is gone and rebuilt / no, the server lives; only the store is lost or corrupt
# Decide first: Does the partner of the pool serve its users at the moment? no, or the pool is not paired / yes, they are failed over
# Decide first: Does another Lync server with the management shell still work? yes, and it has a replica of the configuration / no, this is the only one
# Decide first: Where does the configuration come from? the export of the backup set, or the fresh one of the surviving mirror / the replica of the working server, because it is newer or there is no export / the SQL backups xds and lis of the surviving mirror, because nothing could be exported
# Decide first: Which side of a mirrored Central Management store is lost? both, or it is not mirrored / only the primary, its mirror works
# Decide first: How is a surviving mirror brought into service? by Invoke-CsDatabaseFailover / by SQL Server, because the cmdlet fails and the witness is off or connected to the mirror / by SQL Server, ending the mirroring, because nothing else works
# Decide first: Which exports are restored after a rescue? the fresh ones of the surviving mirror / those of the backup set
# Decide first: How are the other databases of a Back End Server created? by Install-CsDatabase / in Topology Builder
# Decide first: How are the mirror databases made? Install-CsMirrorDatabase / Topology Builder, Install Database
# Decide first: Bring the application settings of Response Group (music on hold, ring-back) back too? yes, as in the backup / no, keep the pool's own
# Decide first: Do the archiving and monitoring databases exist on their SQL server? no, the server or a database was lost / yes, or they were made again already
# Decide first: How are the archiving and monitoring databases made again? Install-CsDatabase / Topology Builder, Install Database
# Decide first: Is the Persistent Chat database (mgc) restored in the same run? no, it is intact / yes, the way it was saved
# Decide first: Were SQL Server Reporting Services or their database lost? no, or there are no Monitoring Reports / yes
# Decide first: Does the database mgc exist on its SQL server? no, the server or the database was lost / yes, or it was made again already
# Decide first: How is the Persistent Chat database made again? Install-CsDatabase / Topology Builder, Install Database

# ---- Prepare
if (Test-Step -Id 'prepare/prep-decide' -Title 'Decide what to restore' -RunOn '<PoolFqdn>' -Account 'lync-admin') {
    # Note: Restore only when troubleshooting has failed; a restore costs downtime and everything since the backup.
    # Note: The person named in the plan decides. Have media, keys, certificates and the worksheets at hand before going on.
    Write-Host 'Decide: Decide what to restore (restore)'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Prepare
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if not: both sides of the mirrored Central Management store are lost
# Only if a domain controller is recorded
# Only if not: the target is an Edge Server
if (Test-Step -Id 'prepare/prep-ad' -Title 'Keep the AD computer account' -RunOn '<DomainControllerFqdn>' -Account 'domain-admin') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of <CmsSqlServerFqdn> when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ADComputer -Identity '<ServerName of CmsSqlServerFqdn>' -Properties @('MemberOf') | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True?'
}

# ---- Prepare both sides
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if both sides of the mirrored Central Management store are lost
# Only if a domain controller is recorded
# Only if not: the target is an Edge Server
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'prepare/prep-ad' -Title 'Keep the AD computer account' -RunOn '<DomainControllerFqdn>' -Account 'domain-admin') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of <ServerFqdn> when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ADComputer -Identity '<ServerName>' -Properties @('MemberOf') | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True?'
}

# ---- Bring the surviving mirror into service
# Only if only the primary side of the mirrored Central Management store is lost
# Only if not: the mirror has a witness
# Only if How is a surviving mirror brought into service? by Invoke-CsDatabaseFailover
if (Test-Step -Id 'cms-rescue-failover.1' -Title 'Look at the mirroring from the local replica' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -LocalStore
}

# ---- Bring the surviving mirror into service
# Only if only the primary side of the mirrored Central Management store is lost
# Only if not: the mirror has a witness
# Only if How is a surviving mirror brought into service? by Invoke-CsDatabaseFailover
# Only if for each <DatabaseType> of rescued database types
if (Test-Step -Id 'cms-rescue-failover.2' -Title 'Make the mirror the principal by force' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    # Note: The failed primary is off and stays off.
    # Note: Where this fails, stop and plan again with rescue-way force or recover (cms-rescue-tsql).
    Write-Host 'On <CmsMirrorInstance> as sql-admin run: sqlcmd ''-S'' ''<CmsMirrorInstance>'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Before: the mirror answers: does it show the number of objects is 1?'
    Confirm-Harm -Harm 'makes the mirror of the <DatabaseType> databases the principal by force; last transactions may be lost' -Name '<CmsMirrorSqlServerFqdn>'
    Invoke-CsDatabaseFailover -PoolFqdn '<TypePoolFqdn>' -DatabaseType '<DatabaseType>' -NewPrincipal 'Mirror' -Force -LocalStore -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn '<TypePoolFqdn>' -DatabaseType '<DatabaseType>' -LocalStore | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnMirror is Principal?'
    # To undo: none while the old primary is off
}

# ---- Bring the surviving mirror into service
# Only if only the primary side of the mirrored Central Management store is lost
# Only if not: the mirror has a witness
# Only if How is a surviving mirror brought into service? by Invoke-CsDatabaseFailover
if (Test-Step -Id 'cms-rescue-failover.3' -Title 'The configuration can be read again' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    # Note: Where it cannot, look whether Get-CsConfigurationStoreLocation names the mirror; if not, Set-CsConfigurationStoreLocation with the mirror's parameters (cms-scp-mirror).
    Get-CsTopology
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Bring the surviving mirror into service in SQL Server
# Only if only the primary side of the mirrored Central Management store is lost
# Only if not: rescue way cmdlet
if (Test-Step -Id 'cms-rescue-tsql.1' -Title 'Look at the mirroring' -RunOn '<CmsMirrorInstance>' -Account 'sql-admin') {
    sqlcmd '-S' '<CmsMirrorInstance>' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Bring the surviving mirror into service in SQL Server
# Only if only the primary side of the mirrored Central Management store is lost
# Only if not: rescue way cmdlet
# Only if How is a surviving mirror brought into service? by SQL Server, because the cmdlet fails and the witness is off or connected to the mirror
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'cms-rescue-tsql.2' -Title 'Force the service' -RunOn '<DatabaseMirror>' -Account 'sql-admin') {
    Confirm-Harm -Harm 'forces <DatabaseName> into service on the mirror; last transactions may be lost' -Name '<CmsMirrorSqlServerFqdn>'
    sqlcmd '-S' '<DatabaseMirror>' '-E' '-b' '-Q' 'USE [master];
ALTER DATABASE [<DatabaseName>] SET PARTNER FORCE_SERVICE_ALLOW_DATA_LOSS;'
    Assert-ExitCode -Low 0 -High 0
    # To undo: none while the old primary is off
}

# ---- Bring the surviving mirror into service in SQL Server
# Only if only the primary side of the mirrored Central Management store is lost
# Only if not: rescue way cmdlet
# Only if How is a surviving mirror brought into service? by SQL Server, ending the mirroring, because nothing else works
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'cms-rescue-tsql.3' -Title 'End the database''s mirroring' -RunOn '<ServerInstance of CmsMirrorSqlServerFqdn>' -Account 'sql-admin') {
    # Note: Nothing is sent where the database is out of mirroring already.
    Confirm-Harm -Harm 'ends the mirroring of <DatabaseName>; transactions the lost principal had not sent are lost' -Name '<CmsMirrorSqlServerFqdn>'
    sqlcmd '-S' '<ServerInstance of CmsMirrorSqlServerFqdn>' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''<DatabaseName>'')) ALTER DATABASE [<DatabaseName>] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<ServerInstance of CmsMirrorSqlServerFqdn>' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: database_name is <DatabaseName>?'
    # To undo: none; the mirror is made anew later
}

# ---- Bring the surviving mirror into service in SQL Server
# Only if only the primary side of the mirrored Central Management store is lost
# Only if not: rescue way cmdlet
# Only if How is a surviving mirror brought into service? by SQL Server, ending the mirroring, because nothing else works
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'cms-rescue-tsql.4' -Title 'Bring the database online' -RunOn '<ServerInstance of CmsMirrorSqlServerFqdn>' -Account 'sql-admin') {
    # Note: Only a database that shows RESTORING
    # Note: because it was the mirror
    # Note: is recovered.
    sqlcmd '-S' '<ServerInstance of CmsMirrorSqlServerFqdn>' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''RESTORING'') RESTORE DATABASE [<DatabaseName>] WITH RECOVERY;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<ServerInstance of CmsMirrorSqlServerFqdn>' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''<DatabaseName>'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE?'
}

# ---- Take fresh exports from the surviving mirror
# Only if only the primary side of the mirrored Central Management store is lost
if (Test-Step -Id 'cms-rescue-export.1' -Title 'Make a new folder for what is rescued' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path '<RescueSet>'
    Test-Path -LiteralPath '<RescueSet>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Take fresh exports from the surviving mirror
# Only if only the primary side of the mirrored Central Management store is lost
if (Test-Step -Id 'cms-rescue-export.2' -Title 'Make the local folders' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path @('C:\Rescue\UserData', 'C:\Rescue\Rgs') -Force
}

# ---- Take fresh exports from the surviving mirror
# Only if only the primary side of the mirrored Central Management store is lost
# Only if not: the configuration comes from SQL backups of the surviving mirror
if (Test-Step -Id 'cms-rescue-export.3' -Title 'Export the configuration' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    # Note: Where the store cannot be read at all
    # Note: cms-local-store is the next best source.
    Export-CsConfiguration -FileName 'C:\Rescue\Config.zip'
    Get-Item -LiteralPath 'C:\Rescue\Config.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 100?'
}

# ---- Take fresh exports from the surviving mirror
# Only if only the primary side of the mirrored Central Management store is lost
# Only if not: the configuration comes from SQL backups of the surviving mirror
if (Test-Step -Id 'cms-rescue-export.4' -Title 'Export the location information' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Export-CsLisConfiguration -FileName 'C:\Rescue\E911Config.zip'
    Get-Item -LiteralPath 'C:\Rescue\E911Config.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 1?'
}

# ---- Take fresh exports from the surviving mirror
# Only if only the primary side of the mirrored Central Management store is lost
if (Test-Step -Id 'cms-rescue-export.5' -Title 'Export the user data' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    # Note: What users change after this is lost when both sides are rebuilt; warn them, or stop the services first.
    Export-CsUserData -PoolFqdn '<PoolFqdn>' -FileName 'C:\Rescue\UserData\<PoolFqdn>.zip'
    Get-Item -LiteralPath 'C:\Rescue\UserData\<PoolFqdn>.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 100?'
}

# ---- Take fresh exports from the surviving mirror
# Only if only the primary side of the mirrored Central Management store is lost
# Only if Response Group is deployed on the pool, or the set holds its export
if (Test-Step -Id 'cms-rescue-export.6' -Title 'Export the Response Group configuration' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Export-CsRgsConfiguration -Source '<RgsServiceId>' -FileName 'C:\Rescue\Rgs\<PoolFqdn>.zip'
    Get-Item -LiteralPath 'C:\Rescue\Rgs\<PoolFqdn>.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 100?'
}

# ---- Take fresh exports from the surviving mirror
# Only if only the primary side of the mirrored Central Management store is lost
if (Test-Step -Id 'cms-rescue-export.7' -Title 'Copy everything into the rescue set' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    robocopy 'C:\Rescue' '<RescueSet>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    Get-ChildItem -LiteralPath '<RescueSet>' -Recurse -File | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Save the surviving mirror
# Only if only the primary side of the mirrored Central Management store is lost
if (Test-Step -Id 'cms-rescue-mirror.1' -Title 'Make the folder for the SQL backups' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path '<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>' -Force
}

# ---- Save the surviving mirror
# Only if only the primary side of the mirrored Central Management store is lost
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'cms-rescue-mirror.2' -Title 'Back up the database' -RunOn '<DatabaseMirror>' -Account 'sql-admin') {
    # Note: A database that is still a mirror cannot be backed up; it must be principal or no longer mirrored.
    # Note: The SQL service account, or the computer account of its server, must be let into the share.
    sqlcmd '-S' '<DatabaseMirror>' '-E' '-b' '-Q' 'BACKUP DATABASE [<DatabaseName>] TO DISK = N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\<DatabaseName>.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<DatabaseMirror>' '-E' '-b' '-Q' 'RESTORE HEADERONLY FROM DISK = N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\<DatabaseName>.bak'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DatabaseName is <DatabaseName>; the number of objects is 1?'
}

# ---- Save the surviving mirror
# Only if only the primary side of the mirrored Central Management store is lost
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'cms-rescue-mirror.3' -Title 'Read the backup to its end' -RunOn '<DatabaseMirror>' -Account 'sql-admin') {
    sqlcmd '-S' '<DatabaseMirror>' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\<DatabaseName>.bak'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Are the exports and backups good?
# Only if only the primary side of the mirrored Central Management store is lost
if (Test-Step -Id 'cms-rescue-proof' -Title 'Are the exports and backups good?' -RunOn '<CmsMirrorSqlServerFqdn>' -Account 'lync-admin') {
    # Note: Answer only when every export of cms-rescue-export opens and is plausible, every file of cms-rescue-mirror has passed its verification (better still, xds and one user database were restored under other names elsewhere), and all of it lies on a machine outside the pool.
    # Note: Until then the surviving side is not wiped, not reinstalled, and its databases are not dropped.
    Write-Host 'Decide: Are the exports and backups good? (good)'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Clean server with the same FQDN
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-bare.1' -Title 'Install Windows under the old name' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Harm -Harm 'the disks of the computer that becomes <CmsSqlServerFqdn> are wiped' -Name '<CmsSqlServerFqdn>'
    Write-Host 'Install Windows on the replacement computer with the name <CmsSqlServerFqdn>: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is <ServerName of CmsSqlServerFqdn> and PartOfDomain is True and Domain is <DnsDomain>?'
    # To undo: none; whatever is on the disks is gone
}

# ---- Clean server with the same FQDN
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-bare.2' -Title 'The name and the DNS suffix are those of the topology' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
}

# ---- Clean server with the same FQDN
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-bare.3' -Title 'No trace of an earlier installation' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin') {
    # Note: A restore never goes onto an existing server state.
    # An error with these words does not count: Cannot find any service
    try { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- Clean server with the same FQDN
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-bare.4' -Title 'Restore or re-enrol the certificates' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains <CmsSqlServerFqdn>?'
}

# ---- Clean server with the same FQDN
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-bare.5' -Title 'Take an image' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Clean Back End Server with the same FQDN
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if not: both sides of the mirrored Central Management store are lost
if (Test-Step -Id 'cms-bare.1' -Title 'Install Windows under the old name' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin') {
    Confirm-Harm -Harm 'the disks of the computer that becomes <CmsSqlServerFqdn> are wiped' -Name '<CmsSqlServerFqdn>'
    Write-Host 'Install Windows on the replacement computer with the name <CmsSqlServerFqdn>: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is <ServerName of CmsSqlServerFqdn> and PartOfDomain is True and Domain is <DnsDomain>?'
    # To undo: none; whatever is on the disks is gone
}

# ---- Clean Back End Server with the same FQDN
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if not: both sides of the mirrored Central Management store are lost
if (Test-Step -Id 'cms-bare.2' -Title 'The name and the DNS suffix are those of before' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin') {
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
}

# ---- Clean Back End Server with the same FQDN
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if not: both sides of the mirrored Central Management store are lost
if (Test-Step -Id 'cms-bare.3' -Title 'Take an image' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Clean Back End Servers for both sides
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if both sides of the mirrored Central Management store are lost
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'cms-bare.1' -Title 'Install Windows under the old name' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Confirm-Harm -Harm 'the disks of the computer that becomes <ServerFqdn> are wiped' -Name '<ServerFqdn>'
    Write-Host 'Install Windows on the replacement computer with the name <ServerFqdn>: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is <ServerName> and PartOfDomain is True and Domain is <DnsDomain>?'
    # To undo: none; whatever is on the disks is gone
}

# ---- Clean Back End Servers for both sides
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if both sides of the mirrored Central Management store are lost
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'cms-bare.2' -Title 'The name and the DNS suffix are those of before' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
}

# ---- Clean Back End Servers for both sides
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if both sides of the mirrored Central Management store are lost
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'cms-bare.3' -Title 'Take an image' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Restore the file store
# Only if what else lay on the server of the Central Management store is restored
# Only if the file store lies on the server that held the CMS
# Only if the set holds this pool's file store
if (Test-Step -Id 'cms-filestore.1' -Title 'Copy the file store back' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin') {
    # Note: Path and file names must be exactly as backed up; the permissions follow in cms-enable.
    Confirm-Harm -Harm 'overwrites files in <FileStoreLocalPath> on <CmsSqlServerFqdn>' -Name '<CmsSqlServerFqdn>'
    robocopy '<BackupSet:FileStore>' '<FileStoreLocalPath>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' '/XF' 'Meeting.Active'
    Assert-ExitCode -Low 0 -High 7
    Get-ChildItem -LiteralPath '<FileStoreLocalPath>' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: none
}

# ---- Restore the file store
# Only if what else lay on the server of the Central Management store is restored
# Only if the file store lies on the server that held the CMS
# Only if the set holds this pool's file store
if (Test-Step -Id 'cms-filestore.2' -Title 'Share the folder' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin') {
    net 'share' '<ShareName>=<FileStoreLocalPath>' '/GRANT:Administrators,FULL'
    Assert-ExitCode -Low 0 -High 0
    Test-Path -LiteralPath '<FileStoreShare>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
    # To undo: net share <ShareName> /DELETE
}

# ---- Prepare first Standard Edition server
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-se-prepare' -Title 'Prepare first Standard Edition server' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin') {
    # Note: It may take long without visible progress; watch Task Manager.
    Write-Host 'On <CmsSqlServerFqdn> start \setup\amd64\Setup.exe from the Lync media, then Prepare first Standard Edition server, and follow it to its end. It installs SQL Server Express with the instance of the Central Management store and opens the firewall.'
    [void] (Read-Host 'Press Enter when it is done')
    Write-Host 'On <CmsInstance> as sql-admin run: sqlcmd ''-S'' ''<CmsInstance>'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Verify: does it show the number of objects is 1?'
}

# ---- Install SQL Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if not: both sides of the mirrored Central Management store are lost
if (Test-Step -Id 'cms-sql.1' -Title 'Install SQL Server as it was' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin') {
    # Note: An instance under another name is not the one the topology knows (pitfall P21).
    Write-Host 'Install SQL Server on <CmsSqlServerFqdn> by the organisation''s own procedure, as it was installed originally: the same version, edition and service pack as before, the instance <ServerInstance of CmsSqlServerFqdn> under its old name, the same folders, service accounts, permissions and logins. Open its ports in the firewall (1433, UDP 1434, the instance''s own, and for mirroring 5022, on a witness 7022).'
    [void] (Read-Host 'Press Enter when it is done')
    Write-Host 'On <ServerInstance of CmsSqlServerFqdn> as sql-admin run: sqlcmd ''-S'' ''<ServerInstance of CmsSqlServerFqdn>'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Verify: does it show every object: is_sysadmin is 1?'
    # To undo: uninstall the instance
}

# ---- Install SQL Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if not: both sides of the mirrored Central Management store are lost
# Only if the pool's SQL store is mirrored
if (Test-Step -Id 'cms-sql.2' -Title 'Version and edition are those of the partner' -RunOn '<ServerInstance of CmsSqlServerFqdn>' -Account 'sql-admin') {
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    sqlcmd '-S' '<ServerInstance of CmsSqlServerFqdn>' '-E' '-b' '-Q' 'SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''ProductVersion'') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''ProductLevel'') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''Edition'') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''MachineName'') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''InstanceName'') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''Collation'') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''sysadmin'') AS is_sysadmin;'
    Assert-ExitCode -Low 0 -High 0
    Confirm-Check -Question 'Does the answer show every object: is_sysadmin is 1?'
}

# ---- Install SQL Server on both sides
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if both sides of the mirrored Central Management store are lost
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'cms-sql.1' -Title 'Install SQL Server as it was' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: An instance under another name is not the one the topology knows (pitfall P21).
    Write-Host 'Install SQL Server on <ServerFqdn> by the organisation''s own procedure, as it was installed originally: the same version, edition and service pack as before, the instance <ServerInstance> under its old name, the same folders, service accounts, permissions and logins. Open its ports in the firewall (1433, UDP 1434, the instance''s own, and for mirroring 5022, on a witness 7022).'
    [void] (Read-Host 'Press Enter when it is done')
    Write-Host 'On <ServerInstance> as sql-admin run: sqlcmd ''-S'' ''<ServerInstance>'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Verify: does it show every object: is_sysadmin is 1?'
    # To undo: uninstall the instance
}

# ---- Install SQL Server on both sides
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if both sides of the mirrored Central Management store are lost
# Only if the pool's SQL store is mirrored
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'cms-sql.2' -Title 'Version and edition are those of the partner' -RunOn '<ServerInstance>' -Account 'sql-admin') {
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    sqlcmd '-S' '<ServerInstance>' '-E' '-b' '-Q' 'SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''ProductVersion'') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''ProductLevel'') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''Edition'') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''MachineName'') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''InstanceName'') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''Collation'') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''sysadmin'') AS is_sysadmin;'
    Assert-ExitCode -Low 0 -High 0
    Confirm-Check -Question 'Does the answer show every object: is_sysadmin is 1?'
}

# ---- Open the management shell
# Only if the target is a Standard Edition server
# Only if not: another Lync server with a local replica works
if (Test-Step -Id 'cms-shell.1' -Title 'Install the administrative tools on the server itself' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin') {
    Write-Host 'On <CmsSqlServerFqdn> start \setup\amd64\Setup.exe from the Lync media, then Install Administrative Tools; then install the cumulative update that the servers had, so that the databases are created at the right level.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-Command -Name @('Import-CsConfiguration') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Open the management shell
# Only if another Lync server with a local replica works
# Only if the update level of the servers is recorded
if (Test-Step -Id 'cms-shell.2' -Title 'This machine is at the update level of the others' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    # Note: Databases come at the level of the machine whose shell creates them.
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*'
    Confirm-Check -Question 'Does the answer show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is <UpdateLevel>?'
}

# ---- Is there a newer configuration on a survivor?
# Only if another Lync server with a local replica works
if (Test-Step -Id 'cms-local-store.1' -Title 'Make the folder' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path '<Run:local-folder>' -Force
}

# ---- Is there a newer configuration on a survivor?
# Only if another Lync server with a local replica works
if (Test-Step -Id 'cms-local-store.2' -Title 'Export the local replica' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Export-CsConfiguration -FileName '<Run:local-folder>\Local.zip' -LocalStore
    Get-Item -LiteralPath '<Run:local-folder>\Local.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 100?'
}

# ---- Is there a newer configuration on a survivor?
# Only if another Lync server with a local replica works
# Only if the set holds the configuration
# Only if not: the configuration comes from SQL backups of the surviving mirror
if (Test-Step -Id 'cms-local-store.3' -Title 'Copy the export of the set beside it' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    robocopy '<BackupSet:Configuration>' '<Run:local-folder>\Config.zip' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
}

# ---- Is there a newer configuration on a survivor?
# Only if another Lync server with a local replica works
if (Test-Step -Id 'cms-local-store.4' -Title 'Compare the two' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    # Note: Compare Local.zip and Config.zip (date, servers and pools in the topology, number of policies in DocItemSet.xml). The plan takes <Ask:configuration>; if the other one is to be taken, stop here and plan again with the other answer, beginning at cms-local-store.
    # Note: The replica may lack what was changed in the last minutes, and an unhealthy one is older than the backup.
    # Note: Enabling an older topology drops the servers added since that backup.
    Write-Host 'Decide: Compare the two (as planned)'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Is there a newer configuration on a survivor?
# Only if another Lync server with a local replica works
# Only if Where does the configuration come from? the replica of the working server, because it is newer or there is no export
if (Test-Step -Id 'cms-local-store.5' -Title 'Take the replica' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Copy-Item -Path '<Run:local-folder>\Local.zip' -Destination '<Run:local-folder>\Config.zip' -Force
    Get-Item -LiteralPath '<Run:local-folder>\Config.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Length is at least 100?'
}

# ---- Take the store's databases out of mirroring
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? no, the server lives; only the store is lost or corrupt
if (Test-Step -Id 'cms-unmirror.1' -Title 'End the mirroring of xds on the primary' -RunOn '<CmsInstance>' -Account 'sql-admin') {
    # Note: SQL Server neither drops nor creates a database that is mirrored; nothing is sent where it is not.
    Confirm-Harm -Harm 'ends the mirroring of xds, which is about to be created anew' -Name '<CmsSqlServerFqdn>'
    sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''xds'')) ALTER DATABASE [xds] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    # To undo: none; it is mirrored again in cms-databases
}

# ---- Take the store's databases out of mirroring
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? no, the server lives; only the store is lost or corrupt
if (Test-Step -Id 'cms-unmirror.2' -Title 'End the mirroring of lis on the primary' -RunOn '<CmsInstance>' -Account 'sql-admin') {
    Confirm-Harm -Harm 'ends the mirroring of lis, which is about to be created anew' -Name '<CmsSqlServerFqdn>'
    sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''lis'')) ALTER DATABASE [lis] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    # To undo: none; it is mirrored again in cms-databases
}

# ---- Take the store's databases out of mirroring
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? no, the server lives; only the store is lost or corrupt
if (Test-Step -Id 'cms-unmirror.3' -Title 'End the mirroring of xds on the mirror' -RunOn '<CmsMirrorInstance>' -Account 'sql-admin') {
    Confirm-Harm -Harm 'ends the mirroring of xds, which is about to be created anew' -Name '<CmsMirrorSqlServerFqdn>'
    sqlcmd '-S' '<CmsMirrorInstance>' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''xds'')) ALTER DATABASE [xds] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    # To undo: none; it is mirrored again in cms-databases
}

# ---- Take the store's databases out of mirroring
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? no, the server lives; only the store is lost or corrupt
if (Test-Step -Id 'cms-unmirror.4' -Title 'End the mirroring of lis on the mirror' -RunOn '<CmsMirrorInstance>' -Account 'sql-admin') {
    Confirm-Harm -Harm 'ends the mirroring of lis, which is about to be created anew' -Name '<CmsMirrorSqlServerFqdn>'
    sqlcmd '-S' '<CmsMirrorInstance>' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''lis'')) ALTER DATABASE [lis] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    # To undo: none; it is mirrored again in cms-databases
}

# ---- Create the Central Management store's database again
if (Test-Step -Id 'cms-create' -Title 'Create the Central Management store''s database again' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    # Note: Be sure that the store is lost and that this is the new server, never the surviving mirror.
    # Note: RTCUniversalServerAdmins must not own the databases. On a SQL cluster name the paths with -DatabasePaths.
    Write-Host 'On <CmsInstance> as sql-admin run: sqlcmd ''-S'' ''<CmsInstance>'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Before: the instance answers: does it show the number of objects is 1?'
    Confirm-Harm -Harm 'deletes xds and lis on <CmsInstance> if they are there, and creates them empty' -Name '<CmsSqlServerFqdn>'
    Install-CsDatabase -CentralManagementDatabase -Clean -SqlServerFqdn '<CmsSqlServerFqdn>' -SqlInstanceName '<CmsSqlInstance>' -Verbose
    Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn '<CmsSqlServerFqdn>' -SqlInstanceName '<CmsSqlInstance>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
    # To undo: none
}

# ---- Point Active Directory at it
# Only if not: only the service connection point of a mirrored Central Management store is lost
if (Test-Step -Id 'cms-scp.1' -Title 'Name the Central Management store' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    # Note: Without the mirror at first
    # Note: because that does not exist yet; it follows in cms-scp-mirror.
    Confirm-Harm -Harm 'changes the service connection point of the whole forest' -Name '<CmsSqlServerFqdn>'
    Set-CsConfigurationStoreLocation -SqlServerFqdn '<CmsSqlServerFqdn>' -SqlInstanceName '<CmsSqlInstance>' -Verbose
    Get-CsConfigurationStoreLocation | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: BackEndServer is <CmsInstance>?'
    # To undo: run it again with another location
}

# ---- Point Active Directory at it
# Only if only the service connection point of a mirrored Central Management store is lost
if (Test-Step -Id 'cms-scp.2' -Title 'Name the Central Management store and its mirror' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Confirm-Harm -Harm 'changes the service connection point of the whole forest' -Name '<CmsSqlServerFqdn>'
    Set-CsConfigurationStoreLocation -SqlServerFqdn '<CmsSqlServerFqdn>' -SqlInstanceName '<CmsSqlInstance>' -MirrorSqlServerFqdn '<CmsMirrorSqlServerFqdn>' -MirrorSqlInstanceName '<CmsMirrorSqlInstance>' -Verbose
    Get-CsConfigurationStoreLocation | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: BackEndServer is <CmsInstance>?'
    # To undo: run it again with another location
}

# ---- Import the configuration
# Only if not: the configuration comes from SQL backups of the surviving mirror
if (Test-Step -Id 'cms-import.1' -Title 'Make the folders' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path @('<Run:local-folder>', 'C:\Logs') -Force
}

# ---- Import the configuration
# Only if not: the configuration comes from SQL backups of the surviving mirror
# Only if Where does the configuration come from? the export of the backup set, or the fresh one of the surviving mirror
if (Test-Step -Id 'cms-import.2' -Title 'Copy the export to the server and check it' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    robocopy '<BackupSet:Configuration>' '<Run:local-folder>\Config.zip' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' '<Run:local-folder>\Config.zip' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:Configuration:sha256>?'
}

# ---- Import the configuration
# Only if not: the configuration comes from SQL backups of the surviving mirror
if (Test-Step -Id 'cms-import.3' -Title 'Import the configuration' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Get-CsConfigurationStoreLocation | Out-Host
    Confirm-Check -Question 'Before: Active Directory names this store: does it show at least one object: BackEndServer is <CmsInstance>?'
    Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn '<CmsSqlServerFqdn>' -SqlInstanceName '<CmsSqlInstance>' | Out-Host
    Confirm-Check -Question 'Before: its databases are there: does it show every object: Succeed is True?'
    Confirm-Harm -Harm 'replaces topology, policies and settings in the Central Management store' -Name '<CmsSqlServerFqdn>'
    Import-CsConfiguration -FileName '<Run:local-folder>\Config.zip'
    Get-CsPool -Identity '<PoolFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Fqdn is the host <PoolFqdn>?'
    # To undo: none; import another export
}

# ---- Restore xds and lis from the rescued backups
# Only if only the primary side of the mirrored Central Management store is lost
# Only if the configuration comes from SQL backups of the surviving mirror
if (Test-Step -Id 'cms-from-bak.1' -Title 'Restore xds' -RunOn '<CmsInstance>' -Account 'sql-admin') {
    sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-Q' 'EXEC master.dbo.xp_fileexist N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\xds.bak'';' | Out-Host
    Confirm-Check -Question 'Before: the SQL service account sees the backup file: does it show every object: File Exists is 1?'
    Confirm-Harm -Harm 'replaces everything in xds on <CmsInstance> by the backup and ends its connections' -Name '<CmsSqlServerFqdn>'
    sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\xds.bak'';' | Out-Host
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from <CmsInstance>)'
    sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''xds'') ORDER BY file_id;' | Out-Host
    $Read_Files = Read-Value -Question 'physical_name (from <CmsInstance>)'
    sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''xds'' AND state_desc = N''ONLINE'') ALTER DATABASE [xds] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [xds] FROM DISK = N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\xds.bak'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''xds'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [xds] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files)))
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''xds'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE and user_access_desc is MULTI_USER?'
    # To undo: none
}

# ---- Restore xds and lis from the rescued backups
# Only if only the primary side of the mirrored Central Management store is lost
# Only if the configuration comes from SQL backups of the surviving mirror
if (Test-Step -Id 'cms-from-bak.2' -Title 'Restore lis' -RunOn '<CmsInstance>' -Account 'sql-admin') {
    sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-Q' 'EXEC master.dbo.xp_fileexist N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\lis.bak'';' | Out-Host
    Confirm-Check -Question 'Before: the SQL service account sees the backup file: does it show every object: File Exists is 1?'
    Confirm-Harm -Harm 'replaces everything in lis on <CmsInstance> by the backup and ends its connections' -Name '<CmsSqlServerFqdn>'
    sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\lis.bak'';' | Out-Host
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from <CmsInstance>)'
    sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''lis'') ORDER BY file_id;' | Out-Host
    $Read_Files = Read-Value -Question 'physical_name (from <CmsInstance>)'
    sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''lis'' AND state_desc = N''ONLINE'') ALTER DATABASE [lis] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [lis] FROM DISK = N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\lis.bak'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''lis'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [lis] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files)))
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''lis'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE and user_access_desc is MULTI_USER?'
    # To undo: none
}

# ---- Enable the topology
if (Test-Step -Id 'cms-enable.1' -Title 'Make the folder for the report' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force
}

# ---- Enable the topology
if (Test-Step -Id 'cms-enable.2' -Title 'Enable the topology' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Get-CsPool -Identity '<PoolFqdn>' | Out-Host
    Confirm-Check -Question 'Before: the topology in the store knows the pool: does it show at least one object: Fqdn is the host <PoolFqdn>?'
    Confirm-Harm -Harm 'writes AD objects, ACLs and file share permissions according to the topology' -Name '<CmsSqlServerFqdn>'
    Enable-CsTopology -Report 'C:\Logs\Enable_Topology.html'
    Get-CsManagementStoreReplicationStatus | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: run Enable-CsTopology again; it is harmless to repeat
}

# ---- Stop the pool before its Back End is created empty
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if the set holds this pool's user data
if (Test-Step -Id 'cms-fe-stop.1' -Title 'Copy the export to the importing server and check it' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    robocopy '<BackupSet:UserData>' '<Run:local-folder>\UserData\<BackupSet:UserData:name>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' '<Run:local-folder>\UserData\<BackupSet:UserData:name>' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:UserData:sha256>?'
}

# ---- Stop the pool before its Back End is created empty
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'cms-fe-stop.2' -Title 'Stop the Lync services' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: Running Front End Servers should not meet an empty user store.
    Confirm-Harm -Harm 'stops Lync on <FrontEndFqdn>; the pool is without service until all of its servers are started again' -Name '<FrontEndFqdn>'
    Stop-CsWindowsService -ComputerName '<FrontEndFqdn>'
    Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName <FrontEndFqdn> -NoWait, on every Front End Server
}

# ---- Create the other databases, and the mirror
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if the update level of the servers is recorded
if (Test-Step -Id 'cms-databases.1' -Title 'This machine is at the update level of the others' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: Databases come at the level of the machine whose shell or Topology Builder creates them.
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*'
    Confirm-Check -Question 'Does the answer show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is <UpdateLevel>?'
}

# ---- Create the other databases, and the mirror
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if only the primary side of the mirrored Central Management store is lost
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'cms-databases.2' -Title 'End the database''s mirroring' -RunOn '<ServerInstance of CmsMirrorSqlServerFqdn>' -Account 'sql-admin') {
    # Note: Nothing is sent where the database is out of mirroring already.
    Confirm-Harm -Harm 'ends the mirroring of <DatabaseName>; transactions the lost principal had not sent are lost' -Name '<CmsMirrorSqlServerFqdn>'
    sqlcmd '-S' '<ServerInstance of CmsMirrorSqlServerFqdn>' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''<DatabaseName>'')) ALTER DATABASE [<DatabaseName>] SET PARTNER OFF;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<ServerInstance of CmsMirrorSqlServerFqdn>' '-E' '-b' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: database_name is <DatabaseName>?'
    # To undo: none; the mirror is made anew later
}

# ---- Create the other databases, and the mirror
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if only the primary side of the mirrored Central Management store is lost
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'cms-databases.3' -Title 'Bring the database online' -RunOn '<ServerInstance of CmsMirrorSqlServerFqdn>' -Account 'sql-admin') {
    # Note: Only a database that shows RESTORING
    # Note: because it was the mirror
    # Note: is recovered.
    sqlcmd '-S' '<ServerInstance of CmsMirrorSqlServerFqdn>' '-E' '-b' '-Q' 'USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''RESTORING'') RESTORE DATABASE [<DatabaseName>] WITH RECOVERY;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<ServerInstance of CmsMirrorSqlServerFqdn>' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''<DatabaseName>'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE?'
}

# ---- Create the other databases, and the mirror
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if How are the other databases of a Back End Server created? by Install-CsDatabase
if (Test-Step -Id 'cms-databases.4' -Title 'Create the databases' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    # Note: Only stand-alone databases are shown on Create databases.
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped?'
    Confirm-Harm -Harm 'creates the databases of <CmsSqlServerFqdn> that the topology names, empty' -Name '<CmsSqlServerFqdn>'
    Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<CmsSqlServerFqdn>' -Confirm:$false -Verbose
    Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<CmsSqlServerFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
    # To undo: Uninstall-CsDatabase, while nothing is in them
}

# ---- Create the other databases, and the mirror
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if How are the other databases of a Back End Server created? in Topology Builder
if (Test-Step -Id 'cms-databases.4' -Title 'Create the databases' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    # Note: Only stand-alone databases are shown on Create databases.
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped?'
    Confirm-Harm -Harm 'creates the databases of <CmsSqlServerFqdn> that the topology names, empty' -Name '<CmsSqlServerFqdn>'
    Write-Host 'In Topology Builder choose Download Topology from existing deployment, OK, Save, Yes. Right-click Lync Server 2013, Install Database; page Create databases: tick what must be created on <CmsSqlServerFqdn> besides the Central Management store; leave Create Mirror Database for the next step; Finish.'
    [void] (Read-Host 'Press Enter when it is done')
    Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<CmsSqlServerFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
    # To undo: Uninstall-CsDatabase, while nothing is in them
}

# ---- Create the other databases, and the mirror
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if the Central Management store is mirrored
# Only if not: only the primary side of the mirrored Central Management store is lost
# Only if SQL backups of databases of this Back End are in the set
if (Test-Step -Id 'cms-databases.5' -Title 'Create the mirror on the clean server, but for what is restored first' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    # Note: SQL Server restores no mirrored database; <ReturningDatabases> are mirrored in cms-mirror-archmon.
    Confirm-Harm -Harm 'creates databases on the mirror <CmsMirrorSqlServerFqdn>' -Name '<CmsMirrorSqlServerFqdn>'
    Install-CsMirrorDatabase -ConfiguredDatabases -FileShare '<MirrorFileShare>' -SqlServerFqdn '<CmsSqlServerFqdn>' -ExcludeDatabaseList '<ReturningDatabases>' -Confirm:$false -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'User' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase once for each database type
}

# ---- Create the other databases, and the mirror
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if the Central Management store is mirrored
# Only if not: only the primary side of the mirrored Central Management store is lost
# Only if not: SQL backups of databases of this Back End are in the set
# Only if How are the mirror databases made? Install-CsMirrorDatabase
if (Test-Step -Id 'cms-databases.6' -Title 'Create the mirror on the clean server' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    # Note: -DropExistingDatabasesOnMirror is not used on a clean mirror; it deletes databases there.
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    Confirm-Harm -Harm 'creates databases on the mirror <CmsMirrorSqlServerFqdn>' -Name '<CmsMirrorSqlServerFqdn>'
    Install-CsMirrorDatabase -ConfiguredDatabases -FileShare '<MirrorFileShare>' -SqlServerFqdn '<CmsSqlServerFqdn>' -Confirm:$false -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'User' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase once for each database type
}

# ---- Create the other databases, and the mirror
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if the Central Management store is mirrored
# Only if not: only the primary side of the mirrored Central Management store is lost
# Only if not: SQL backups of databases of this Back End are in the set
# Only if How are the mirror databases made? Topology Builder, Install Database
if (Test-Step -Id 'cms-databases.6' -Title 'Create the mirror on the clean server' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    # Note: -DropExistingDatabasesOnMirror is not used on a clean mirror; it deletes databases there.
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    Confirm-Harm -Harm 'creates databases on the mirror <CmsMirrorSqlServerFqdn>' -Name '<CmsMirrorSqlServerFqdn>'
    Write-Host 'In Topology Builder, node Lync Server 2013, Topology, Install Database; page Create Mirror Database: select the databases of <CmsSqlServerFqdn>, the share is <MirrorFileShare>; complete the wizard.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'User' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase once for each database type
}

# ---- Create the other databases, and the mirror
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if only the primary side of the mirrored Central Management store is lost
# Only if SQL backups of databases of this Back End are in the set
if (Test-Step -Id 'cms-databases.7' -Title 'Create the mirror anew on the survivor, but for what is restored first' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    # Note: Only after cms-rescue-proof was answered.
    Confirm-Harm -Harm 'deletes the old databases on the survivor <CmsMirrorSqlServerFqdn> and mirrors the new ones there' -Name '<CmsMirrorSqlServerFqdn>'
    Install-CsMirrorDatabase -ConfiguredDatabases -FileShare '<MirrorFileShare>' -SqlServerFqdn '<CmsSqlServerFqdn>' -ExcludeDatabaseList '<ReturningDatabases>' -DropExistingDatabasesOnMirror -Confirm:$false -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'User' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min)?'
    # To undo: none; the rescue set holds what was there
}

# ---- Create the other databases, and the mirror
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if only the primary side of the mirrored Central Management store is lost
# Only if not: SQL backups of databases of this Back End are in the set
if (Test-Step -Id 'cms-databases.8' -Title 'Create the mirror anew on the survivor' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    # Note: Only after cms-rescue-proof was answered.
    Confirm-Harm -Harm 'deletes the old databases on the survivor <CmsMirrorSqlServerFqdn> and mirrors the new ones there' -Name '<CmsMirrorSqlServerFqdn>'
    Install-CsMirrorDatabase -ConfiguredDatabases -FileShare '<MirrorFileShare>' -SqlServerFqdn '<CmsSqlServerFqdn>' -DropExistingDatabasesOnMirror -Confirm:$false -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'User' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min)?'
    # To undo: none; the rescue set holds what was there
}

# ---- Create the other databases, and the mirror
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? no, the server lives; only the store is lost or corrupt
if (Test-Step -Id 'cms-databases.9' -Title 'Mirror the store''s databases again' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Confirm-Harm -Harm 'deletes xds and lis on <CmsMirrorSqlServerFqdn> if they are there, and mirrors the new ones there' -Name '<CmsMirrorSqlServerFqdn>'
    Install-CsMirrorDatabase -DatabaseType 'CentralMgmt' -FileShare '<MirrorFileShare>' -SqlServerFqdn '<CmsSqlServerFqdn>' -SqlInstanceName '<CmsSqlInstance>' -DropExistingDatabasesOnMirror -Confirm:$false -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'CentralMgmt' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase with the database type CentralMgmt
}

# ---- Name the mirror in Active Directory
# Only if the Central Management store is mirrored
if (Test-Step -Id 'cms-scp-mirror' -Title 'Name the mirror in Active Directory' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    # Note: Look with Get-CsConfigurationStoreLocation whether the mirror is named beside the primary.
    Confirm-Harm -Harm 'changes the service connection point of the whole forest' -Name '<CmsSqlServerFqdn>'
    Set-CsConfigurationStoreLocation -SqlServerFqdn '<CmsSqlServerFqdn>' -SqlInstanceName '<CmsSqlInstance>' -MirrorSqlServerFqdn '<CmsMirrorSqlServerFqdn>' -MirrorSqlInstanceName '<CmsMirrorSqlInstance>' -Verbose
    Get-CsConfigurationStoreLocation | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: BackEndServer is <CmsInstance>?'
    # To undo: run it again with another location
}

# ---- Lync Server Deployment Wizard
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-wizard.1' -Title 'Step 1: Install Local Configuration Store' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'On <GoodServerFqdn> as lync-admin run: Get-CsComputer -Identity ''<ServerFqdn>'''
    Confirm-Check -Question 'Before: the server''s name is in the topology: does it show at least one object: Fqdn is the host <ServerFqdn>?'
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly that name: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
    Write-Host 'On <ServerFqdn>, as a local administrator in RTCUniversalServerAdmins, start \setup\amd64\Setup.exe from the Lync media, then Install or Update Lync Server System. Step 1: Install Local Configuration Store, Run, Retrieve directly from the Central Management store, Next, Finish.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsTopology -LocalStore | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Lync Server Deployment Wizard
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-wizard.2' -Title 'Step 2: Setup or Remove Lync Server Components' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'In the same window, Step 2: Setup or Remove Lync Server Components, Run. It installs the roles the published topology names for <ServerFqdn> and recreates its collocated databases. Review the log, Finish. If it asks for a restart, restart and run step 2 again.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Lync Server Deployment Wizard
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if the update level of the servers is recorded
if (Test-Step -Id 'cms-wizard.3' -Title 'Bring the server to the update level of the others' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Close the wizard. Install the cumulative update that the other servers have, so that Programs and Features shows <UpdateLevel>; then open the wizard again.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is <UpdateLevel>?'
}

# ---- Lync Server Deployment Wizard
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-wizard.4' -Title 'Step 3: Request, Install or Assign Certificates' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Step 3: Request, Install or Assign Certificates, Run. Assign the restored certificates (Default, Web internal, Web external). Never request OAuthTokenIssuer on a rebuilt server; it arrives by replication. Finished when the status is Assigned.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsCertificate | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Use is Default?'
}

# ---- Lync Server Deployment Wizard
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-wizard.5' -Title 'Step 4: Start Services' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Step 4: Start Services, Run, Next, Finish. The result is best effort; look at Service Status (Optional) and start what is not running.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Lync Server Deployment Wizard
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-wizard.6' -Title 'The local databases are as expected' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Test-CsDatabase -LocalService
    Confirm-Check -Question 'Does the answer show every object: Succeed is True?'
}

# ---- Lync Server Deployment Wizard
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-wizard.7' -Title 'The configuration has reached the server' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<ServerFqdn>'
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<ServerFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# ---- Restore user data
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'cms-userdata.1' -Title 'Copy the export to the server and check it' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    robocopy '<BackupSet:UserData>' '<Run:local-folder>\UserData\<BackupSet:UserData:name>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' '<Run:local-folder>\UserData\<BackupSet:UserData:name>' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:UserData:sha256>?'
}

# ---- Restore user data
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'cms-userdata.2' -Title 'Stop the Lync services' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Confirm-Harm -Harm 'stops Lync on <ServerFqdn>; its users are without service until the start' -Name '<ServerFqdn>'
    Stop-CsWindowsService
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService
}

# ---- Restore user data
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'cms-userdata.3' -Title 'Import the user data' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: While one service of the pool still runs, the import says it succeeded and changes nothing (pitfall P41).
    # Note: Contacts whose unified contact store mode changed since the export may be corrupted (pitfall P42).
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped: does it show every object: Status is Stopped?'
    Confirm-Check -Question 'Before: the pool is not served by its partner?'
    Confirm-Harm -Harm 'overwrites contacts and conferences of all users of <PoolFqdn> with those of the backup' -Name '<PoolFqdn>'
    Import-CsUserData -PoolFqdn '<PoolFqdn>' -FileName '<Run:local-folder>\UserData\<BackupSet:UserData:name>'
    # To undo: none; import again from another set
}

# ---- Restore user data
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'cms-userdata.4' -Title 'Start the Lync services' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Start-CsWindowsService -NoWait
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore user data
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'cms-userdata.5' -Title 'The user store is online' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Get-CsUserDatabaseState -RegistrarPool '<PoolFqdn>'
    Confirm-Check -Question 'Does the answer show every object: Online is True?'
}

# ---- Restore the pool's user data
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
# Only if the set holds this pool's user data
if (Test-Step -Id 'cms-userdata.1' -Title 'Copy the export to the importing server and check it' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    robocopy '<BackupSet:UserData>' '<Run:local-folder>\UserData\<BackupSet:UserData:name>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' '<Run:local-folder>\UserData\<BackupSet:UserData:name>' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:UserData:sha256>?'
}

# ---- Restore the pool's user data
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'cms-userdata.2' -Title 'Stop the Lync services' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: Running Front End Servers should not meet an empty user store.
    Confirm-Harm -Harm 'stops Lync on <FrontEndFqdn>; the pool is without service until all of its servers are started again' -Name '<FrontEndFqdn>'
    Stop-CsWindowsService -ComputerName '<FrontEndFqdn>'
    Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName <FrontEndFqdn> -NoWait, on every Front End Server
}

# ---- Restore the pool's user data
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'cms-userdata.3' -Title 'Import the user data' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: While one service of the pool still runs, the import says it succeeded and changes nothing (pitfall P41).
    # Note: Contacts whose unified contact store mode changed since the export may be corrupted (pitfall P42).
    Confirm-Check -Question 'Before: the pool is not served by its partner?'
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped?'
    Confirm-Harm -Harm 'overwrites contacts and conferences of all users of <PoolFqdn> with those of the backup' -Name '<PoolFqdn>'
    Import-CsUserData -PoolFqdn '<PoolFqdn>' -FileName '<Run:local-folder>\UserData\<BackupSet:UserData:name>'
    # To undo: none; import again from another set
}

# ---- Restore the pool's user data
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'cms-userdata.4' -Title 'Start the Lync services, none waiting for another' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: A start that waits for the first server never ends; it waits for the quorum of its pool (pitfall P59).
    Start-CsWindowsService -ComputerName '<FrontEndFqdn>' -NoWait
}

# ---- Restore the pool's user data
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'cms-userdata.5' -Title 'Every service runs' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Get-CsWindowsService -ComputerName '<FrontEndFqdn>'
    Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore the pool's user data
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'cms-userdata.6' -Title 'The user store is online' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Get-CsUserDatabaseState -RegistrarPool '<PoolFqdn>'
    Confirm-Check -Question 'Does the answer show every object: Online is True?'
}

# ---- Restore the pool's user data
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'cms-userdata.7' -Title 'Every routing group has its servers' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Get-CsPoolFabricState -PoolFqdn '<PoolFqdn>'
    Get-CsPoolFabricState -PoolFqdn '<PoolFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is Warning; the number of objects is at least 1 (within 60 min)?'
}

# ---- Restore the location information
# Only if the set holds the location information
# Only if not: the configuration comes from SQL backups of the surviving mirror
if (Test-Step -Id 'cms-lis.1' -Title 'Copy the export to the server and check it' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    robocopy '<BackupSet:Locations>' '<Run:local-folder>\E911Config.zip' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' '<Run:local-folder>\E911Config.zip' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:Locations:sha256>?'
}

# ---- Restore the location information
# Only if the set holds the location information
# Only if not: the configuration comes from SQL backups of the surviving mirror
if (Test-Step -Id 'cms-lis.2' -Title 'Import the location information' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Confirm-Harm -Harm 'records changed since the backup return to the old value; those added later stay' -Name '<CmsSqlServerFqdn>'
    Import-CsLisConfiguration -FileName '<Run:local-folder>\E911Config.zip'
    # To undo: none
}

# ---- Restore the location information
# Only if the set holds the location information
# Only if not: the configuration comes from SQL backups of the surviving mirror
if (Test-Step -Id 'cms-lis.3' -Title 'Publish the location information' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Publish-CsLisConfiguration
}

# ---- Restore the location information
# Only if the set holds the location information
# Only if not: the configuration comes from SQL backups of the surviving mirror
if (Test-Step -Id 'cms-lis.4' -Title 'List the locations' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Get-CsLisLocation
}

# ---- Restore Response Group
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
if (Test-Step -Id 'restore-rgs/rgs-import.1' -Title 'Copy the export to the server and check it' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    robocopy '<BackupSet:Rgs>' '<Run:local-folder>\Rgs\<BackupSet:Rgs:name>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' '<Run:local-folder>\Rgs\<BackupSet:Rgs:name>' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:Rgs:sha256>?'
}

# ---- Restore Response Group
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if Bring the application settings of Response Group (music on hold, ring-back) back too? yes, as in the backup
if (Test-Step -Id 'restore-rgs/rgs-import.2' -Title 'Import, taking ownership of the contact objects' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Without -OverwriteOwner the import fails, because the contact objects already exist in AD (pitfall P44).
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Before: the services of the pool run: does it show every object: Status is Running?'
    Confirm-Harm -Harm 'writes the Response Groups of <RgsPoolFqdn> and takes ownership of their contact objects in AD' -Name '<RgsPoolFqdn>'
    Import-CsRgsConfiguration -Destination '<RgsServiceId>' -FileName '<Run:local-folder>\Rgs\<BackupSet:Rgs:name>' -OverwriteOwner -ReplaceExistingRgsSettings
    Get-CsRgsWorkflow -Identity '<RgsServiceId>' -ShowAll | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: none; import again from another set
}

# ---- Restore Response Group
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if Bring the application settings of Response Group (music on hold, ring-back) back too? no, keep the pool's own
if (Test-Step -Id 'restore-rgs/rgs-import.2' -Title 'Import, taking ownership of the contact objects' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Without -OverwriteOwner the import fails, because the contact objects already exist in AD (pitfall P44).
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Before: the services of the pool run: does it show every object: Status is Running?'
    Confirm-Harm -Harm 'writes the Response Groups of <RgsPoolFqdn> and takes ownership of their contact objects in AD' -Name '<RgsPoolFqdn>'
    Import-CsRgsConfiguration -Destination '<RgsServiceId>' -FileName '<Run:local-folder>\Rgs\<BackupSet:Rgs:name>' -OverwriteOwner
    Get-CsRgsWorkflow -Identity '<RgsServiceId>' -ShowAll | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: none; import again from another set
}

# ---- Restore Response Group
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
if (Test-Step -Id 'restore-rgs/rgs-verify.1' -Title 'Workflows' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Get-CsRgsWorkflow -Identity '<RgsServiceId>' -ShowAll
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore Response Group
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
if (Test-Step -Id 'restore-rgs/rgs-verify.2' -Title 'Queues' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Get-CsRgsQueue -Identity '<RgsServiceId>' -ShowAll
}

# ---- Restore Response Group
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
if (Test-Step -Id 'restore-rgs/rgs-verify.3' -Title 'Agent groups' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Get-CsRgsAgentGroup -Identity '<RgsServiceId>' -ShowAll
}

# ---- Restore Response Group
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
if (Test-Step -Id 'restore-rgs/rgs-verify.4' -Title 'Business hours' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Get-CsRgsHoursOfBusiness -Identity '<RgsServiceId>' -ShowAll
}

# ---- Restore Response Group
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
if (Test-Step -Id 'restore-rgs/rgs-verify.5' -Title 'Holiday sets' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Get-CsRgsHolidaySet -Identity '<RgsServiceId>' -ShowAll
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Do the archiving and monitoring databases exist on their SQL server? no, the server or a database was lost
# Only if not: archiving or monitoring data lie on the Back End Server
# Only if How are the archiving and monitoring databases made again? Install-CsDatabase
# Only if for each <DatabaseServerFqdn> of archiving and monitoring servers
if (Test-Step -Id 'restore-archmon/ma-recreate' -Title 'Make the databases again' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server from which it is sent has the update level of the others, or the databases are made at the wrong one.
    Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<DatabaseServerFqdn>' -Verbose
    Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<DatabaseServerFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Do the archiving and monitoring databases exist on their SQL server? no, the server or a database was lost
# Only if not: archiving or monitoring data lie on the Back End Server
# Only if How are the archiving and monitoring databases made again? Topology Builder, Install Database
# Only if for each <DatabaseServerFqdn> of archiving and monitoring servers
if (Test-Step -Id 'restore-archmon/ma-recreate' -Title 'Make the databases again' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server from which it is sent has the update level of the others, or the databases are made at the wrong one.
    Write-Host 'Download the topology in Topology Builder. Right-click Lync Server 2013, Install Database; on the page Create databases tick the databases of <DatabaseServerFqdn>, go through the wizard, Finish. Publish nothing.'
    [void] (Read-Host 'Press Enter when it is done')
    Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<DatabaseServerFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if for each <DatabaseName> of archiving and monitoring databases
if (Test-Step -Id 'restore-archmon/ma-device' -Title 'Read the backup to its end' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it by hand, without CHECKSUM.
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<DatabaseFile>'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if for each <DatabaseName> of archiving and monitoring databases
if (Test-Step -Id 'restore-archmon/ma-options' -Title 'Restore the database' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    # Note: The files go where those of the present database lie; their logical names are read from the backup.
    # Note: Everyone is let in again even when the restore fails.
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'EXEC master.dbo.xp_fileexist N''<DatabaseFile>'';' | Out-Host
    Confirm-Check -Question 'Before: the SQL service account sees the backup file: does it show every object: File Exists is 1?'
    Confirm-Harm -Harm 'replaces everything in <DatabaseName> on <DatabaseInstance> by the backup and ends its connections' -Name '<DatabaseServerFqdn>'
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''<DatabaseFile>'';' | Out-Host
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from <DatabaseInstance>)'
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''<DatabaseName>'') ORDER BY file_id;' | Out-Host
    $Read_Files = Read-Value -Question 'physical_name (from <DatabaseInstance>)'
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''ONLINE'') ALTER DATABASE [<DatabaseName>] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [<DatabaseName>] FROM DISK = N''<DatabaseFile>'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [<DatabaseName>] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files)))
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''<DatabaseName>'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE and user_access_desc is MULTI_USER; the number of objects is 1?'
    # To undo: none; restore another backup of the same database
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if for each <DatabaseName> of archiving and monitoring databases
if (Test-Step -Id 'restore-archmon/ma-acl' -Title 'Give Lync''s services access' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    # Note: Adds login
    # Note: user and role membership only where they are missing.
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'USE [master];
IF SUSER_ID(N''<DOMAIN>\RTCComponentUniversalServices'') IS NULL CREATE LOGIN [<DOMAIN>\RTCComponentUniversalServices] FROM WINDOWS;
USE [<DatabaseName>];
IF DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'') IS NULL CREATE USER [<DOMAIN>\RTCComponentUniversalServices] FOR LOGIN [<DOMAIN>\RTCComponentUniversalServices];
EXEC sp_addrolemember N''ServerRole'', N''<DOMAIN>\RTCComponentUniversalServices'';
USE [master];'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'USE [<DatabaseName>];
SELECT SUSER_ID(N''<DOMAIN>\RTCComponentUniversalServices'') AS login_id, DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''ServerRole'') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'')) THEN 1 ELSE 0 END AS in_role;
USE [master];' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: login_id is not empty and in_role is 1?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, the way it was saved
# Only if Does the database mgc exist on its SQL server? no, the server or the database was lost
# Only if not: the Persistent Chat database lies on a server of the pool or Back End
# Only if How is the Persistent Chat database made again? Install-CsDatabase
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-recreate' -Title 'Make the Persistent Chat database again' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server from which it is sent has the update level of the others, or the database is made at the wrong one.
    Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<PChatSqlFqdn>' -Verbose
    Test-CsDatabase -DatabaseType 'PersistentChat' -SqlServerFqdn '<PChatSqlFqdn>' -SqlInstanceName '<PChatSqlInstance>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, the way it was saved
# Only if Does the database mgc exist on its SQL server? no, the server or the database was lost
# Only if not: the Persistent Chat database lies on a server of the pool or Back End
# Only if How is the Persistent Chat database made again? Topology Builder, Install Database
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-recreate' -Title 'Make the Persistent Chat database again' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server from which it is sent has the update level of the others, or the database is made at the wrong one.
    Write-Host 'Download the topology in Topology Builder. Right-click Lync Server 2013, Install Database; on the page Create databases tick the Persistent Chat database of <PChatSqlFqdn>, go through the wizard, Finish. Publish nothing.'
    [void] (Read-Host 'Press Enter when it is done')
    Test-CsDatabase -DatabaseType 'PersistentChat' -SqlServerFqdn '<PChatSqlFqdn>' -SqlInstanceName '<PChatSqlInstance>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, the way it was saved
# Only if not: Persistent Chat runs on the servers of the pool itself
# Only if for each <PChatMemberFqdn> of persistent chat servers
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-stop.1' -Title 'Stop the services of the Persistent Chat Server' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Confirm-Harm -Harm 'stops Persistent Chat on <PChatMemberFqdn>; its rooms are out of service until the start' -Name '<PChatMemberFqdn>'
    Stop-CsWindowsService -ComputerName '<PChatMemberFqdn>'
    Get-CsWindowsService -ComputerName '<PChatMemberFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService -ComputerName <PChatMemberFqdn>
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, the way it was saved
# Only if Persistent Chat runs on the servers of the pool itself
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-stop.2' -Title 'Stop the Persistent Chat service only' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The other services of the server go on; its users notice nothing but Persistent Chat.
    Confirm-Harm -Harm 'stops Persistent Chat on <ServerFqdn>; its rooms are out of service until the start' -Name '<ServerFqdn>'
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Stop-CsWindowsService
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: start the same services
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, the way it was saved
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-sql.1' -Title 'Read the backup to its end' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it by hand, without CHECKSUM.
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<DatabaseFile>'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, the way it was saved
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-sql.2' -Title 'Restore the database' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    # Note: The files go where those of the present database lie; their logical names are read from the backup.
    # Note: Everyone is let in again even when the restore fails.
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'EXEC master.dbo.xp_fileexist N''<DatabaseFile>'';' | Out-Host
    Confirm-Check -Question 'Before: the SQL service account sees the backup file: does it show every object: File Exists is 1?'
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'SELECT spid, loginame, hostname, program_name FROM sys.sysprocesses WHERE dbid = DB_ID(N''<DatabaseName>'') ORDER BY spid;' | Out-Host
    Confirm-Check -Question 'Before: no Persistent Chat service is connected to the database: does it show the number of objects is 0?'
    Confirm-Harm -Harm 'replaces everything in <DatabaseName> on <DatabaseInstance> by the backup and ends its connections' -Name '<DatabaseServerFqdn>'
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''<DatabaseFile>'';' | Out-Host
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from <DatabaseInstance>)'
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''<DatabaseName>'') ORDER BY file_id;' | Out-Host
    $Read_Files = Read-Value -Question 'physical_name (from <DatabaseInstance>)'
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''ONLINE'') ALTER DATABASE [<DatabaseName>] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [<DatabaseName>] FROM DISK = N''<DatabaseFile>'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [<DatabaseName>] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files)))
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''<DatabaseName>'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE and user_access_desc is MULTI_USER; the number of objects is 1?'
    # To undo: none; restore another backup of the same database
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, the way it was saved
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-sql.3' -Title 'Give Lync''s services access' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'USE [master];
IF SUSER_ID(N''<DOMAIN>\RTCComponentUniversalServices'') IS NULL CREATE LOGIN [<DOMAIN>\RTCComponentUniversalServices] FROM WINDOWS;
USE [<DatabaseName>];
IF DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'') IS NULL CREATE USER [<DOMAIN>\RTCComponentUniversalServices] FOR LOGIN [<DOMAIN>\RTCComponentUniversalServices];
EXEC sp_addrolemember N''ServerRole'', N''<DOMAIN>\RTCComponentUniversalServices'';
USE [master];'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'USE [<DatabaseName>];
SELECT SUSER_ID(N''<DOMAIN>\RTCComponentUniversalServices'') AS login_id, DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''ServerRole'') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'')) THEN 1 ELSE 0 END AS in_role;
USE [master];' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: login_id is not empty and in_role is 1?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, the way it was saved
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-save.1' -Title 'Make the folder for the save' -RunOn '<PChatSqlFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path '<local backup folder>' -Force
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, the way it was saved
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-save.2' -Title 'Save the database as it is' -RunOn '<PChatInstance>' -Account 'sql-admin') {
    # Note: The import adds to what exists and cannot be undone; this file is the way back.
    # Note: Is the file there already from an earlier attempt, leave it and skip this step; it is the older state.
    sqlcmd '-S' '<PChatInstance>' '-E' '-b' '-Q' 'BACKUP DATABASE [mgc] TO DISK = N''<local backup folder>\mgc_before_import_<BackupSetName>.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<PChatInstance>' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<local backup folder>\mgc_before_import_<BackupSetName>.bak'' WITH CHECKSUM, STATS = 5;' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 0?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, the way it was saved
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-import.1' -Title 'Make the folder for the reports' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, the way it was saved
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-import.2' -Title 'Copy the export to the server and check it' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    robocopy '<BackupSet:PersistentChat>' '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:PersistentChat:sha256>?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, the way it was saved
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-import.3' -Title 'Rehearse the import' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    # Note: Nothing is written. Mend what it reports before the import.
    # Note: Its report is C:\Logs\RehearsePersistentChat_<BackupSetName>.html.
    Import-CsPersistentChatData -DBInstance '<PChatInstance>' -FileName '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' -Report 'C:\Logs\RehearsePersistentChat_<BackupSetName>.html' -WhatIf
    Test-Path -LiteralPath 'C:\Logs\RehearsePersistentChat_<BackupSetName>.html' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, the way it was saved
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-import.4' -Title 'Import' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    # Note: Read the report C:\Logs\ImportPersistentChat_<BackupSetName>.html.
    # Note: An import that was cut off may have added a part; then restore mgc from the saved file before it is sent again.
    Write-Host 'On <PChatInstance> as sql-admin run: sqlcmd ''-S'' ''<PChatInstance>'' ''-E'' ''-b'' ''-Q'' ''SELECT spid, loginame, hostname, program_name FROM sys.sysprocesses WHERE dbid = DB_ID(N''''mgc'''') ORDER BY spid;'''
    Confirm-Check -Question 'Before: no Persistent Chat service is connected to the database: does it show the number of objects is 0?'
    Confirm-Harm -Harm 'adds the exported rooms and messages to mgc on <PChatInstance>; it cannot be undone' -Name '<PChatSqlFqdn>'
    Import-CsPersistentChatData -DBInstance '<PChatInstance>' -FileName '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' -Report 'C:\Logs\ImportPersistentChat_<BackupSetName>.html'
    Test-Path -LiteralPath 'C:\Logs\ImportPersistentChat_<BackupSetName>.html' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True (within 5 min)?'
    # To undo: restore mgc from the file that was saved before the import
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, the way it was saved
# Only if not: Persistent Chat runs on the servers of the pool itself
# Only if for each <PChatMemberFqdn> of persistent chat servers
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-start.1' -Title 'Start the services of the Persistent Chat Server' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Start-CsWindowsService -ComputerName '<PChatMemberFqdn>'
    Get-CsWindowsService -ComputerName '<PChatMemberFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, the way it was saved
# Only if Persistent Chat runs on the servers of the pool itself
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-start.2' -Title 'Start the Persistent Chat service' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Start-CsWindowsService
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, the way it was saved
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-start.3' -Title 'List the categories' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    Get-CsPersistentChatCategory
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, the way it was saved
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-start.4' -Title 'List the rooms' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    # Note: Compare them with the list of the backup.
    Get-CsPersistentChatRoom
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Were SQL Server Reporting Services or their database lost? yes
if (Test-Step -Id 'restore-archmon/ma-reports' -Title 'Deploy the Monitoring Reports' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The reports are part of no backup here. Open their home page afterwards and look at one of them.
    Write-Host 'Install and configure Reporting Services under its old instance name. Then Deployment Wizard, Deploy Monitoring Reports, with monitoring database, Reporting Services instance, credentials and read-only group as recorded. With a mirrored monitoring store add the partner to both data sources.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if Does the database mgc exist on its SQL server? no, the server or the database was lost
# Only if not: the Persistent Chat database lies on a server of the pool or Back End
# Only if How is the Persistent Chat database made again? Install-CsDatabase
if (Test-Step -Id 'restore-pchat/pc-recreate' -Title 'Make the Persistent Chat database again' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server from which it is sent has the update level of the others, or the database is made at the wrong one.
    Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<PChatSqlFqdn>' -Verbose
    Test-CsDatabase -DatabaseType 'PersistentChat' -SqlServerFqdn '<PChatSqlFqdn>' -SqlInstanceName '<PChatSqlInstance>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if Does the database mgc exist on its SQL server? no, the server or the database was lost
# Only if not: the Persistent Chat database lies on a server of the pool or Back End
# Only if How is the Persistent Chat database made again? Topology Builder, Install Database
if (Test-Step -Id 'restore-pchat/pc-recreate' -Title 'Make the Persistent Chat database again' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server from which it is sent has the update level of the others, or the database is made at the wrong one.
    Write-Host 'Download the topology in Topology Builder. Right-click Lync Server 2013, Install Database; on the page Create databases tick the Persistent Chat database of <PChatSqlFqdn>, go through the wizard, Finish. Publish nothing.'
    [void] (Read-Host 'Press Enter when it is done')
    Test-CsDatabase -DatabaseType 'PersistentChat' -SqlServerFqdn '<PChatSqlFqdn>' -SqlInstanceName '<PChatSqlInstance>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if not: Persistent Chat runs on the servers of the pool itself
# Only if for each <PChatMemberFqdn> of persistent chat servers
if (Test-Step -Id 'restore-pchat/pc-stop.1' -Title 'Stop the services of the Persistent Chat Server' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Confirm-Harm -Harm 'stops Persistent Chat on <PChatMemberFqdn>; its rooms are out of service until the start' -Name '<PChatMemberFqdn>'
    Stop-CsWindowsService -ComputerName '<PChatMemberFqdn>'
    Get-CsWindowsService -ComputerName '<PChatMemberFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService -ComputerName <PChatMemberFqdn>
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if Persistent Chat runs on the servers of the pool itself
if (Test-Step -Id 'restore-pchat/pc-stop.2' -Title 'Stop the Persistent Chat service only' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The other services of the server go on; its users notice nothing but Persistent Chat.
    Confirm-Harm -Harm 'stops Persistent Chat on <ServerFqdn>; its rooms are out of service until the start' -Name '<ServerFqdn>'
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Stop-CsWindowsService
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: start the same services
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'restore-pchat/pc-sql.1' -Title 'Read the backup to its end' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it by hand, without CHECKSUM.
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<DatabaseFile>'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'restore-pchat/pc-sql.2' -Title 'Restore the database' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    # Note: The files go where those of the present database lie; their logical names are read from the backup.
    # Note: Everyone is let in again even when the restore fails.
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'EXEC master.dbo.xp_fileexist N''<DatabaseFile>'';' | Out-Host
    Confirm-Check -Question 'Before: the SQL service account sees the backup file: does it show every object: File Exists is 1?'
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'SELECT spid, loginame, hostname, program_name FROM sys.sysprocesses WHERE dbid = DB_ID(N''<DatabaseName>'') ORDER BY spid;' | Out-Host
    Confirm-Check -Question 'Before: no Persistent Chat service is connected to the database: does it show the number of objects is 0?'
    Confirm-Harm -Harm 'replaces everything in <DatabaseName> on <DatabaseInstance> by the backup and ends its connections' -Name '<DatabaseServerFqdn>'
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''<DatabaseFile>'';' | Out-Host
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from <DatabaseInstance>)'
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''<DatabaseName>'') ORDER BY file_id;' | Out-Host
    $Read_Files = Read-Value -Question 'physical_name (from <DatabaseInstance>)'
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''ONLINE'') ALTER DATABASE [<DatabaseName>] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [<DatabaseName>] FROM DISK = N''<DatabaseFile>'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [<DatabaseName>] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files)))
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''<DatabaseName>'';' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE and user_access_desc is MULTI_USER; the number of objects is 1?'
    # To undo: none; restore another backup of the same database
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'restore-pchat/pc-sql.3' -Title 'Give Lync''s services access' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'USE [master];
IF SUSER_ID(N''<DOMAIN>\RTCComponentUniversalServices'') IS NULL CREATE LOGIN [<DOMAIN>\RTCComponentUniversalServices] FROM WINDOWS;
USE [<DatabaseName>];
IF DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'') IS NULL CREATE USER [<DOMAIN>\RTCComponentUniversalServices] FOR LOGIN [<DOMAIN>\RTCComponentUniversalServices];
EXEC sp_addrolemember N''ServerRole'', N''<DOMAIN>\RTCComponentUniversalServices'';
USE [master];'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'USE [<DatabaseName>];
SELECT SUSER_ID(N''<DOMAIN>\RTCComponentUniversalServices'') AS login_id, DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''ServerRole'') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'')) THEN 1 ELSE 0 END AS in_role;
USE [master];' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: login_id is not empty and in_role is 1?'
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-pchat/pc-save.1' -Title 'Make the folder for the save' -RunOn '<PChatSqlFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path '<local backup folder>' -Force
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-pchat/pc-save.2' -Title 'Save the database as it is' -RunOn '<PChatInstance>' -Account 'sql-admin') {
    # Note: The import adds to what exists and cannot be undone; this file is the way back.
    # Note: Is the file there already from an earlier attempt, leave it and skip this step; it is the older state.
    sqlcmd '-S' '<PChatInstance>' '-E' '-b' '-Q' 'BACKUP DATABASE [mgc] TO DISK = N''<local backup folder>\mgc_before_import_<BackupSetName>.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
    sqlcmd '-S' '<PChatInstance>' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<local backup folder>\mgc_before_import_<BackupSetName>.bak'' WITH CHECKSUM, STATS = 5;' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 0?'
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-pchat/pc-import.1' -Title 'Make the folder for the reports' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-pchat/pc-import.2' -Title 'Copy the export to the server and check it' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    robocopy '<BackupSet:PersistentChat>' '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:PersistentChat:sha256>?'
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-pchat/pc-import.3' -Title 'Rehearse the import' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    # Note: Nothing is written. Mend what it reports before the import.
    # Note: Its report is C:\Logs\RehearsePersistentChat_<BackupSetName>.html.
    Import-CsPersistentChatData -DBInstance '<PChatInstance>' -FileName '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' -Report 'C:\Logs\RehearsePersistentChat_<BackupSetName>.html' -WhatIf
    Test-Path -LiteralPath 'C:\Logs\RehearsePersistentChat_<BackupSetName>.html' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-pchat/pc-import.4' -Title 'Import' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    # Note: Read the report C:\Logs\ImportPersistentChat_<BackupSetName>.html.
    # Note: An import that was cut off may have added a part; then restore mgc from the saved file before it is sent again.
    Write-Host 'On <PChatInstance> as sql-admin run: sqlcmd ''-S'' ''<PChatInstance>'' ''-E'' ''-b'' ''-Q'' ''SELECT spid, loginame, hostname, program_name FROM sys.sysprocesses WHERE dbid = DB_ID(N''''mgc'''') ORDER BY spid;'''
    Confirm-Check -Question 'Before: no Persistent Chat service is connected to the database: does it show the number of objects is 0?'
    Confirm-Harm -Harm 'adds the exported rooms and messages to mgc on <PChatInstance>; it cannot be undone' -Name '<PChatSqlFqdn>'
    Import-CsPersistentChatData -DBInstance '<PChatInstance>' -FileName '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' -Report 'C:\Logs\ImportPersistentChat_<BackupSetName>.html'
    Test-Path -LiteralPath 'C:\Logs\ImportPersistentChat_<BackupSetName>.html' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True (within 5 min)?'
    # To undo: restore mgc from the file that was saved before the import
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if not: Persistent Chat runs on the servers of the pool itself
# Only if for each <PChatMemberFqdn> of persistent chat servers
if (Test-Step -Id 'restore-pchat/pc-start.1' -Title 'Start the services of the Persistent Chat Server' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Start-CsWindowsService -ComputerName '<PChatMemberFqdn>'
    Get-CsWindowsService -ComputerName '<PChatMemberFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if Persistent Chat runs on the servers of the pool itself
if (Test-Step -Id 'restore-pchat/pc-start.2' -Title 'Start the Persistent Chat service' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Start-CsWindowsService
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
if (Test-Step -Id 'restore-pchat/pc-start.3' -Title 'List the categories' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    Get-CsPersistentChatCategory
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
if (Test-Step -Id 'restore-pchat/pc-start.4' -Title 'List the rooms' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    # Note: Compare them with the list of the backup.
    Get-CsPersistentChatRoom
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Mirror the archiving and monitoring databases again
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if SQL backups of databases of this Back End are in the set
# Only if the archiving database is mirrored on this Back End
if (Test-Step -Id 'cms-mirror-archmon.1' -Title 'Mirror the archiving database' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Install-CsMirrorDatabase -DatabaseType 'Archiving' -FileShare '<MirrorFileShare>' -SqlServerFqdn '<CmsSqlServerFqdn>' -SqlInstanceName '<CmsSqlInstance>' -Confirm:$false -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'Archiving' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnMirror is Mirror?'
}

# ---- Mirror the archiving and monitoring databases again
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if SQL backups of databases of this Back End are in the set
# Only if the monitoring databases are mirrored on this Back End
if (Test-Step -Id 'cms-mirror-archmon.2' -Title 'Mirror the monitoring databases' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    # Note: A chat database left out above is mirrored the same way
    # Note: with -DatabaseType PersistentChat.
    Install-CsMirrorDatabase -DatabaseType 'Monitoring' -FileShare '<MirrorFileShare>' -SqlServerFqdn '<CmsSqlServerFqdn>' -SqlInstanceName '<CmsSqlInstance>' -Confirm:$false -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'Monitoring' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnMirror is Mirror?'
}

# ---- Restart all Front End Servers
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if SQL backups of databases of this Back End are in the set
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'cms-mirror-restart.1' -Title 'Stop the Lync services, gracefully' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the configuration is replicated?'
    Confirm-Harm -Harm 'interrupts service on <FrontEndFqdn>; its users move to the other Front End Servers' -Name '<FrontEndFqdn>'
    Stop-CsWindowsService -ComputerName '<FrontEndFqdn>' -Graceful
    Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 15 min)?'
    # To undo: Start-CsWindowsService -ComputerName <FrontEndFqdn>
}

# ---- Restart all Front End Servers
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if SQL backups of databases of this Back End are in the set
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'cms-mirror-restart.2' -Title 'Start the Lync services' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Start-CsWindowsService -ComputerName '<FrontEndFqdn>'
    Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart all Front End Servers
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if SQL backups of databases of this Back End are in the set
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'cms-mirror-restart.3' -Title 'Every routing group has a primary and a secondary again' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: The next server is restarted only then. A pool with a single Front End Server is restarted in a quiet hour.
    Get-CsPoolFabricState -PoolFqdn '<PoolFqdn>'
    Get-CsPoolFabricState -PoolFqdn '<PoolFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is Warning; the number of objects is at least 1 (within 60 min)?'
}

# ---- Restart all Front End Servers after the change of the mirror
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? no, the server lives; only the store is lost or corrupt
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'cms-mirror-restart.1' -Title 'Stop the Lync services, gracefully' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the configuration is replicated?'
    Confirm-Harm -Harm 'interrupts service on <FrontEndFqdn>; its users move to the other Front End Servers' -Name '<FrontEndFqdn>'
    Stop-CsWindowsService -ComputerName '<FrontEndFqdn>' -Graceful
    Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 15 min)?'
    # To undo: Start-CsWindowsService -ComputerName <FrontEndFqdn>
}

# ---- Restart all Front End Servers after the change of the mirror
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? no, the server lives; only the store is lost or corrupt
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'cms-mirror-restart.2' -Title 'Start the Lync services' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Start-CsWindowsService -ComputerName '<FrontEndFqdn>'
    Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart all Front End Servers after the change of the mirror
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? no, the server lives; only the store is lost or corrupt
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'cms-mirror-restart.3' -Title 'Every routing group has a primary and a secondary again' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: The next server is restarted only then. A pool with a single Front End Server is restarted in a quiet hour.
    Get-CsPoolFabricState -PoolFqdn '<PoolFqdn>'
    Get-CsPoolFabricState -PoolFqdn '<PoolFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is Warning; the number of objects is at least 1 (within 60 min)?'
}

# ---- Kerberos account password
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if a Kerberos web authentication account is assigned to the site
# Only if another Lync server with a local replica works
if (Test-Step -Id 'cms-kerberos.1' -Title 'Copy the password to the rebuilt server' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Confirm-Harm -Harm 'sets the Kerberos account''s password in IIS on <ServerFqdn>' -Name '<ServerFqdn>'
    Set-CsKerberosAccountPassword -FromComputer '<ShellFqdn>' -ToComputer '<ServerFqdn>'
}

# ---- Kerberos account password
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if a Kerberos web authentication account is assigned to the site
# Only if not: another Lync server with a local replica works
if (Test-Step -Id 'cms-kerberos.2' -Title 'Set a new password, there is no server to copy it from' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Confirm-Harm -Harm 'sets a new password of the Kerberos account, in Active Directory and in IIS' -Name '<ServerFqdn>'
    Set-CsKerberosAccountPassword -UserAccount '<KerberosAccount>'
    # To undo: none; it can be set again
}

# ---- Kerberos account password
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if a Kerberos web authentication account is assigned to the site
if (Test-Step -Id 'cms-kerberos.3' -Title 'Enable the topology' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Confirm-Harm -Harm 'rewrites AD objects and ACLs according to the topology' -Name '<ServerFqdn>'
    Enable-CsTopology
    Test-CsKerberosAccountAssignment -Identity 'site:<SiteName>' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: the value contains fail?'
}

# ---- Check replication everywhere
if (Test-Step -Id 'cms-final.1' -Title 'The master and the file transfer agents are active' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus
    Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: ActiveMasterFqdn is not empty and ActiveFileTransferAgents is not empty (within 15 min)?'
}

# ---- Check replication everywhere
if (Test-Step -Id 'cms-final.2' -Title 'Every replica is up to date' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    # Note: Force it with Invoke-CsManagementStoreReplication; the services of the store must run.
    Get-CsManagementStoreReplicationStatus
    Get-CsManagementStoreReplicationStatus | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 30 min)?'
}

Write-Host 'Afterwards: Run Get-CsManagementStoreReplicationStatus once more after an hour; every replica must be up to date.'
Write-Host 'Afterwards: Restart a new host of the Central Management store once (pitfall P30).'
Write-Host 'Afterwards: Sign in a test user and look at the contact list.'
Write-Host 'Afterwards: Take a fresh backup into a new set.'
