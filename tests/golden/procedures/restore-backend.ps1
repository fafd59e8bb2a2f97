# Restore a Back End Server (restore-backend)
# After: Restoring an Enterprise Edition Back End Server in Lync Server 2013
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
    '<ServerName>',
    '<ServerFqdn>',
    '<ServerInstance>',
    '<FileStoreServerFqdn>',
    '<BackupSet:FileStore>',
    '<FileStoreLocalPath>',
    '<ShareName>',
    '<FileStoreShare>',
    '<FirstFrontEndFqdn>',
    '<BackupSet:UserData>',
    '<Run:local-folder>',
    '<BackupSet:UserData:name>',
    '<FrontEndFqdn>',
    '<SqlServerFqdn>',
    '<PrimaryInstance>',
    '<MirrorSqlFqdn>',
    '<MirrorFileShare>',
    '<PrimarySqlFqdn>',
    '<ReturningDatabases>',
    '<PartnerSqlFqdn>',
    '<TypePoolFqdn>',
    '<DatabaseType>',
    '<BackupSet:Rgs>',
    '<BackupSet:Rgs:name>',
    '<RgsPoolFqdn>',
    '<RgsServiceId>',
    '<DatabaseServerFqdn>',
    '<DatabaseInstance>',
    '<DatabaseFile>',
    '<DatabaseName>',
    '<DOMAIN>',
    '<PChatSqlFqdn>',
    '<PChatSqlInstance>',
    '<PChatMemberFqdn>',
    '<local backup folder>',
    '<PChatInstance>',
    '<BackupSetName>',
    '<BackupSet:PersistentChat>',
    '<BackupSet:PersistentChat:name>',
    '<SqlInstance>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}
# Decide first: Is user data imported? yes, the user store is lost and the pool is not failed over / no, the partner serves the users; the pool is failed back afterwards
# Decide first: How are the databases created? by Install-CsDatabase / in Topology Builder
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

# ---- Clean server with the same FQDN
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'be-bare.1' -Title 'Install Windows under the old name' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Harm -Harm 'the disks of the computer that becomes <ServerFqdn> are wiped' -Name '<ServerFqdn>'
    Write-Host 'Install Windows on the replacement computer with the name <ServerFqdn>: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is <ServerName> and PartOfDomain is True and Domain is <DnsDomain>?'
    # To undo: none; whatever is on the disks is gone
}

# ---- Clean server with the same FQDN
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'be-bare.2' -Title 'The name and the DNS suffix are those of the topology' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
}

# ---- Clean server with the same FQDN
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'be-bare.3' -Title 'No trace of an earlier installation' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: A restore never goes onto an existing server state.
    # An error with these words does not count: Cannot find any service
    try { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- Clean server with the same FQDN
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'be-bare.4' -Title 'Restore or re-enrol the certificates' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains <ServerFqdn>?'
}

# ---- Clean server with the same FQDN
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'be-bare.5' -Title 'Take an image' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Install SQL Server
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'be-sql.1' -Title 'Install SQL Server as it was' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: An instance under another name is not the one the topology knows (pitfall P21).
    Write-Host 'Install SQL Server on <ServerFqdn> by the organisation''s own procedure, as it was installed originally: the same version, edition and service pack as before, the instance <ServerInstance> under its old name, the same folders, service accounts, permissions and logins. Open its ports in the firewall (1433, UDP 1434, the instance''s own, and for mirroring 5022, on a witness 7022).'
    [void] (Read-Host 'Press Enter when it is done')
    Write-Host 'On <ServerInstance> as sql-admin run: sqlcmd ''-S'' ''<ServerInstance>'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Verify: does it show every object: is_sysadmin is 1?'
    # To undo: uninstall the instance
}

# ---- Install SQL Server
# Only if the pool's SQL store is mirrored
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'be-sql.2' -Title 'Version and edition are those of the partner' -RunOn '<ServerInstance>' -Account 'sql-admin') {
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    sqlcmd '-S' '<ServerInstance>' '-E' '-b' '-Q' 'SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''ProductVersion'') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''ProductLevel'') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''Edition'') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''MachineName'') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''InstanceName'') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''Collation'') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''sysadmin'') AS is_sysadmin;'
    Assert-ExitCode -Low 0 -High 0
    Confirm-Check -Question 'Does the answer show every object: is_sysadmin is 1?'
}

# ---- Restore the file store
# Only if the file store lies on a SQL server of the pool's Back End
# Only if the set holds this pool's file store
if (Test-Step -Id 'be-filestore.1' -Title 'Copy the file store back' -RunOn '<FileStoreServerFqdn>' -Account 'lync-admin') {
    # Note: Path and file names must be exactly as backed up, or components will not find their files.
    Confirm-Harm -Harm 'overwrites files in <FileStoreLocalPath> on <FileStoreServerFqdn>' -Name '<FileStoreServerFqdn>'
    robocopy '<BackupSet:FileStore>' '<FileStoreLocalPath>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' '/XF' 'Meeting.Active'
    Assert-ExitCode -Low 0 -High 7
    Get-ChildItem -LiteralPath '<FileStoreLocalPath>' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: none
}

# ---- Restore the file store
# Only if the file store lies on a SQL server of the pool's Back End
# Only if the set holds this pool's file store
if (Test-Step -Id 'be-filestore.2' -Title 'Share the folder' -RunOn '<FileStoreServerFqdn>' -Account 'lync-admin') {
    # Note: The permissions follow with be-databases.
    net 'share' '<ShareName>=<FileStoreLocalPath>' '/GRANT:Administrators,FULL'
    Assert-ExitCode -Low 0 -High 0
    Test-Path -LiteralPath '<FileStoreShare>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
    # To undo: net share <ShareName> /DELETE
}

# ---- Stop the pool before its Back End is created empty
# Only if the set holds this pool's user data
if (Test-Step -Id 'be-fe-stop.1' -Title 'Copy the export to the importing server and check it' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    robocopy '<BackupSet:UserData>' '<Run:local-folder>\UserData\<BackupSet:UserData:name>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' '<Run:local-folder>\UserData\<BackupSet:UserData:name>' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:UserData:sha256>?'
}

# ---- Stop the pool before its Back End is created empty
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'be-fe-stop.2' -Title 'Stop the Lync services' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: Running Front End Servers should not meet an empty user store.
    Confirm-Harm -Harm 'stops Lync on <FrontEndFqdn>; the pool is without service until all of its servers are started again' -Name '<FrontEndFqdn>'
    Stop-CsWindowsService -ComputerName '<FrontEndFqdn>'
    Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName <FrontEndFqdn> -NoWait, on every Front End Server
}

# ---- Recreate the databases
# Only if the update level of the servers is recorded
if (Test-Step -Id 'be-databases.1' -Title 'This machine is at the update level of the others' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: Databases come at the level of the machine whose shell or Topology Builder creates them.
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*'
    Confirm-Check -Question 'Does the answer show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is <UpdateLevel>?'
}

# ---- Recreate the databases
# Only if How are the databases created? by Install-CsDatabase
if (Test-Step -Id 'be-databases.2' -Title 'Create the databases' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: Only stand-alone databases are shown on Create databases.
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped?'
    Write-Host 'On <PrimaryInstance> as sql-admin run: sqlcmd ''-S'' ''<PrimaryInstance>'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Before: the instance answers: does it show every object: is_sysadmin is 1?'
    Confirm-Harm -Harm 'creates the databases of <PoolFqdn> on <SqlServerFqdn>; publishing changes topology ACLs' -Name '<SqlServerFqdn>'
    Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<SqlServerFqdn>' -Confirm:$false -Verbose
    Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<SqlServerFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
    # To undo: Uninstall-CsDatabase, while nothing is in them
}

# ---- Recreate the databases
# Only if How are the databases created? in Topology Builder
if (Test-Step -Id 'be-databases.2' -Title 'Create the databases' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: Only stand-alone databases are shown on Create databases.
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped?'
    Write-Host 'On <PrimaryInstance> as sql-admin run: sqlcmd ''-S'' ''<PrimaryInstance>'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Before: the instance answers: does it show every object: is_sysadmin is 1?'
    Confirm-Harm -Harm 'creates the databases of <PoolFqdn> on <SqlServerFqdn>; publishing changes topology ACLs' -Name '<SqlServerFqdn>'
    Write-Host 'In Topology Builder choose Download Topology from existing deployment, OK, Save, Yes. Right-click Lync Server 2013, Publish Topology; page Create databases: select those of <SqlServerFqdn>; where it was mirrored leave Create Mirror Database for the next step; Finish.'
    [void] (Read-Host 'Press Enter when it is done')
    Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<SqlServerFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
    # To undo: Uninstall-CsDatabase, while nothing is in them
}

# ---- Recreate the databases
# Only if the file store lies on a SQL server of the pool's Back End
# Only if How are the databases created? by Install-CsDatabase
if (Test-Step -Id 'be-databases.3' -Title 'Set the file store''s permissions' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: Publishing in Topology Builder does the same; the cmdlet way needs it by itself.
    Confirm-Harm -Harm 'rewrites permissions of the share, AD objects and ACLs according to the topology' -Name '<FileStoreServerFqdn>'
    Enable-CsTopology
    # To undo: run Enable-CsTopology again; it is harmless to repeat
}

# ---- Recreate the databases
# Only if the pool's SQL store is mirrored
# Only if SQL backups of databases of this Back End are in the set
# Only if How are the mirror databases made? Install-CsMirrorDatabase
if (Test-Step -Id 'be-databases.4' -Title 'Install the mirror databases, but those that are restored first' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: SQL Server refuses to restore a mirrored database; <ReturningDatabases> are mirrored in be-mirror-archmon.
    # Note: -DropExistingDatabasesOnMirror is not used on a clean mirror; it deletes databases there.
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    Confirm-Harm -Harm 'creates databases on the mirror <MirrorSqlFqdn>' -Name '<MirrorSqlFqdn>'
    Install-CsMirrorDatabase -ConfiguredDatabases -FileShare '<MirrorFileShare>' -SqlServerFqdn '<PrimarySqlFqdn>' -ExcludeDatabaseList '<ReturningDatabases>' -Confirm:$false -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'User' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase once for each database type
}

# ---- Recreate the databases
# Only if the pool's SQL store is mirrored
# Only if SQL backups of databases of this Back End are in the set
# Only if How are the mirror databases made? Topology Builder, Install Database
if (Test-Step -Id 'be-databases.4' -Title 'Install the mirror databases, but those that are restored first' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: SQL Server refuses to restore a mirrored database; <ReturningDatabases> are mirrored in be-mirror-archmon.
    # Note: -DropExistingDatabasesOnMirror is not used on a clean mirror; it deletes databases there.
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    Confirm-Harm -Harm 'creates databases on the mirror <MirrorSqlFqdn>' -Name '<MirrorSqlFqdn>'
    Write-Host 'In Topology Builder, node Lync Server 2013, Topology, Install Database; page Create Mirror Database: select the databases of <PrimarySqlFqdn> except <ReturningDatabases>, the share is <MirrorFileShare>; complete the wizard.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'User' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase once for each database type
}

# ---- Recreate the databases
# Only if the pool's SQL store is mirrored
# Only if not: SQL backups of databases of this Back End are in the set
# Only if How are the mirror databases made? Install-CsMirrorDatabase
if (Test-Step -Id 'be-databases.5' -Title 'Install the mirror databases' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: -DropExistingDatabasesOnMirror (part of Microsoft's example) is left out; it deletes databases on the mirror.
    # Note: The accounts of both SQL servers must be able to read and write the share; for Network Service DOMAIN\SERVER$.
    # Note: The question about each database is answered beforehand (-Confirm:$false stands for A, Yes to All).
    # Note: A witness that the topology names is set up together with the mirror.
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    Test-Path -LiteralPath '<MirrorFileShare>' | Out-Host
    Confirm-Check -Question 'Before: the share for seeding the mirror is there: does it show every object: the value is True?'
    Confirm-Harm -Harm 'creates databases on the mirror <MirrorSqlFqdn>' -Name '<MirrorSqlFqdn>'
    Install-CsMirrorDatabase -ConfiguredDatabases -FileShare '<MirrorFileShare>' -SqlServerFqdn '<PartnerSqlFqdn>' -Confirm:$false -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'User' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase once for each database type
}

# ---- Recreate the databases
# Only if the pool's SQL store is mirrored
# Only if not: SQL backups of databases of this Back End are in the set
# Only if How are the mirror databases made? Topology Builder, Install Database
if (Test-Step -Id 'be-databases.5' -Title 'Install the mirror databases' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: -DropExistingDatabasesOnMirror (part of Microsoft's example) is left out; it deletes databases on the mirror.
    # Note: The accounts of both SQL servers must be able to read and write the share; for Network Service DOMAIN\SERVER$.
    # Note: The question about each database is answered beforehand (-Confirm:$false stands for A, Yes to All).
    # Note: A witness that the topology names is set up together with the mirror.
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    Test-Path -LiteralPath '<MirrorFileShare>' | Out-Host
    Confirm-Check -Question 'Before: the share for seeding the mirror is there: does it show every object: the value is True?'
    Confirm-Harm -Harm 'creates databases on the mirror <MirrorSqlFqdn>' -Name '<MirrorSqlFqdn>'
    Write-Host 'In Topology Builder choose Download Topology from existing deployment, OK, Save, Yes. Node Lync Server 2013, Topology, Install Database; page Create databases: select; page Create Mirror Database: select the databases of <PartnerSqlFqdn>, the share is <MirrorFileShare>; complete the wizard.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'User' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase once for each database type
}

# ---- Recreate the databases
# Only if the pool's SQL store is mirrored
# Only if not: SQL backups of databases of this Back End are in the set
# Only if for each <DatabaseType> of mirrored database types
if (Test-Step -Id 'be-databases.6' -Title 'Every database has its mirror again' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Get-CsDatabaseMirrorState -PoolFqdn '<TypePoolFqdn>' -DatabaseType '<DatabaseType>'
    Confirm-Check -Question 'Does the answer show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized?'
}

# ---- Restore user data
# Only if Is user data imported? yes, the user store is lost and the pool is not failed over
# Only if the set holds this pool's user data
if (Test-Step -Id 'be-userdata.1' -Title 'Copy the export to the importing server and check it' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    robocopy '<BackupSet:UserData>' '<Run:local-folder>\UserData\<BackupSet:UserData:name>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' '<Run:local-folder>\UserData\<BackupSet:UserData:name>' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:UserData:sha256>?'
}

# ---- Restore user data
# Only if Is user data imported? yes, the user store is lost and the pool is not failed over
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'be-userdata.2' -Title 'Stop the Lync services' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: Running Front End Servers should not meet an empty user store.
    Confirm-Harm -Harm 'stops Lync on <FrontEndFqdn>; the pool is without service until all of its servers are started again' -Name '<FrontEndFqdn>'
    Stop-CsWindowsService -ComputerName '<FrontEndFqdn>'
    Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName <FrontEndFqdn> -NoWait, on every Front End Server
}

# ---- Restore user data
# Only if Is user data imported? yes, the user store is lost and the pool is not failed over
if (Test-Step -Id 'be-userdata.3' -Title 'Import the user data' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: While one service of the pool still runs, the import says it succeeded and changes nothing (pitfall P41).
    # Note: Contacts whose unified contact store mode changed since the export may be corrupted (pitfall P42).
    Confirm-Check -Question 'Before: the pool is not served by its partner?'
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped?'
    Confirm-Harm -Harm 'overwrites contacts and conferences of all users of <PoolFqdn> with those of the backup' -Name '<PoolFqdn>'
    Import-CsUserData -PoolFqdn '<PoolFqdn>' -FileName '<Run:local-folder>\UserData\<BackupSet:UserData:name>'
    # To undo: none; import again from another set
}

# ---- Restore user data
# Only if Is user data imported? yes, the user store is lost and the pool is not failed over
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'be-userdata.4' -Title 'Start the Lync services, none waiting for another' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: A start that waits for the first server never ends; it waits for the quorum of its pool (pitfall P59).
    Start-CsWindowsService -ComputerName '<FrontEndFqdn>' -NoWait
}

# ---- Restore user data
# Only if Is user data imported? yes, the user store is lost and the pool is not failed over
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'be-userdata.5' -Title 'Every service runs' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Get-CsWindowsService -ComputerName '<FrontEndFqdn>'
    Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore user data
# Only if Is user data imported? yes, the user store is lost and the pool is not failed over
if (Test-Step -Id 'be-userdata.6' -Title 'The user store is online' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Get-CsUserDatabaseState -RegistrarPool '<PoolFqdn>'
    Confirm-Check -Question 'Does the answer show every object: Online is True?'
}

# ---- Restore user data
# Only if Is user data imported? yes, the user store is lost and the pool is not failed over
if (Test-Step -Id 'be-userdata.7' -Title 'Every routing group has its servers' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Get-CsPoolFabricState -PoolFqdn '<PoolFqdn>'
    Get-CsPoolFabricState -PoolFqdn '<PoolFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is Warning; the number of objects is at least 1 (within 60 min)?'
}

# ---- Start the pool
# Only if Is user data imported? no, the partner serves the users; the pool is failed back afterwards
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'pool-start.1' -Title 'Start the Lync services, none waiting for another' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: A start that waits for the first server never ends; it waits for the quorum of its pool (pitfall P59).
    Start-CsWindowsService -ComputerName '<FrontEndFqdn>' -NoWait
}

# ---- Start the pool
# Only if Is user data imported? no, the partner serves the users; the pool is failed back afterwards
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'pool-start.2' -Title 'Every service runs' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Get-CsWindowsService -ComputerName '<FrontEndFqdn>'
    Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Start the pool
# Only if Is user data imported? no, the partner serves the users; the pool is failed back afterwards
if (Test-Step -Id 'pool-start.3' -Title 'The user store is online' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Get-CsUserDatabaseState -RegistrarPool '<PoolFqdn>'
    Confirm-Check -Question 'Does the answer show every object: Online is True?'
}

# ---- Start the pool
# Only if Is user data imported? no, the partner serves the users; the pool is failed back afterwards
if (Test-Step -Id 'pool-start.4' -Title 'Every routing group has its servers' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Get-CsPoolFabricState -PoolFqdn '<PoolFqdn>'
    Get-CsPoolFabricState -PoolFqdn '<PoolFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is Warning; the number of objects is at least 1 (within 60 min)?'
}

# ---- Restore Response Group
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
if (Test-Step -Id 'restore-rgs/rgs-import.1' -Title 'Copy the export to the server and check it' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    robocopy '<BackupSet:Rgs>' '<Run:local-folder>\Rgs\<BackupSet:Rgs:name>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' '<Run:local-folder>\Rgs\<BackupSet:Rgs:name>' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:Rgs:sha256>?'
}

# ---- Restore Response Group
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
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
if (Test-Step -Id 'restore-rgs/rgs-verify.1' -Title 'Workflows' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Get-CsRgsWorkflow -Identity '<RgsServiceId>' -ShowAll
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore Response Group
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
if (Test-Step -Id 'restore-rgs/rgs-verify.2' -Title 'Queues' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Get-CsRgsQueue -Identity '<RgsServiceId>' -ShowAll
}

# ---- Restore Response Group
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
if (Test-Step -Id 'restore-rgs/rgs-verify.3' -Title 'Agent groups' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Get-CsRgsAgentGroup -Identity '<RgsServiceId>' -ShowAll
}

# ---- Restore Response Group
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
if (Test-Step -Id 'restore-rgs/rgs-verify.4' -Title 'Business hours' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Get-CsRgsHoursOfBusiness -Identity '<RgsServiceId>' -ShowAll
}

# ---- Restore Response Group
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
if (Test-Step -Id 'restore-rgs/rgs-verify.5' -Title 'Holiday sets' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Get-CsRgsHolidaySet -Identity '<RgsServiceId>' -ShowAll
}

# ---- Restore Archiving and Monitoring data
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
# Only if archiving or monitoring data lie on the Back End Server
# Only if for each <DatabaseName> of archiving and monitoring databases
if (Test-Step -Id 'restore-archmon/ma-device' -Title 'Read the backup to its end' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it by hand, without CHECKSUM.
    sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<DatabaseFile>'' WITH CHECKSUM, STATS = 5;'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore Archiving and Monitoring data
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
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, the way it was saved
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-save.1' -Title 'Make the folder for the save' -RunOn '<PChatSqlFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path '<local backup folder>' -Force
}

# ---- Restore Archiving and Monitoring data
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
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, the way it was saved
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-import.1' -Title 'Make the folder for the reports' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force
}

# ---- Restore Archiving and Monitoring data
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
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, the way it was saved
# Only if Persistent Chat runs on the servers of the pool itself
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-start.2' -Title 'Start the Persistent Chat service' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Start-CsWindowsService
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Restore Archiving and Monitoring data
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, the way it was saved
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-start.3' -Title 'List the categories' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    Get-CsPersistentChatCategory
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore Archiving and Monitoring data
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, the way it was saved
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-start.4' -Title 'List the rooms' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    # Note: Compare them with the list of the backup.
    Get-CsPersistentChatRoom
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore Archiving and Monitoring data
# Only if archiving or monitoring data lie on the Back End Server
# Only if Were SQL Server Reporting Services or their database lost? yes
if (Test-Step -Id 'restore-archmon/ma-reports' -Title 'Deploy the Monitoring Reports' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The reports are part of no backup here. Open their home page afterwards and look at one of them.
    Write-Host 'Install and configure Reporting Services under its old instance name. Then Deployment Wizard, Deploy Monitoring Reports, with monitoring database, Reporting Services instance, credentials and read-only group as recorded. With a mirrored monitoring store add the partner to both data sources.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Restore Persistent Chat
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
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-pchat/pc-save.1' -Title 'Make the folder for the save' -RunOn '<PChatSqlFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path '<local backup folder>' -Force
}

# ---- Restore Persistent Chat
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
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-pchat/pc-import.1' -Title 'Make the folder for the reports' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force
}

# ---- Restore Persistent Chat
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
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if Persistent Chat runs on the servers of the pool itself
if (Test-Step -Id 'restore-pchat/pc-start.2' -Title 'Start the Persistent Chat service' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Start-CsWindowsService
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Restore Persistent Chat
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
if (Test-Step -Id 'restore-pchat/pc-start.3' -Title 'List the categories' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    Get-CsPersistentChatCategory
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore Persistent Chat
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
if (Test-Step -Id 'restore-pchat/pc-start.4' -Title 'List the rooms' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    # Note: Compare them with the list of the backup.
    Get-CsPersistentChatRoom
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Mirror these databases again
# Only if the pool's SQL store is mirrored
# Only if SQL backups of databases of this Back End are in the set
# Only if the archiving database is mirrored on this Back End
if (Test-Step -Id 'be-mirror-archmon.1' -Title 'Mirror the archiving database' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Install-CsMirrorDatabase -DatabaseType 'Archiving' -FileShare '<MirrorFileShare>' -SqlServerFqdn '<PrimarySqlFqdn>' -SqlInstanceName '<SqlInstance>' -Confirm:$false -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'Archiving' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror?'
}

# ---- Mirror these databases again
# Only if the pool's SQL store is mirrored
# Only if SQL backups of databases of this Back End are in the set
# Only if the monitoring databases are mirrored on this Back End
if (Test-Step -Id 'be-mirror-archmon.2' -Title 'Mirror the monitoring databases' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: A chat database left out above is mirrored the same way
    # Note: with -DatabaseType PersistentChat.
    Install-CsMirrorDatabase -DatabaseType 'Monitoring' -FileShare '<MirrorFileShare>' -SqlServerFqdn '<PrimarySqlFqdn>' -SqlInstanceName '<SqlInstance>' -Confirm:$false -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'Monitoring' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror?'
}

# ---- Restart all Front End Servers
# Only if the pool's SQL store is mirrored
# Only if SQL backups of databases of this Back End are in the set
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'be-mirror-restart.1' -Title 'Stop the Lync services, gracefully' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the configuration is replicated?'
    Confirm-Harm -Harm 'interrupts service on <FrontEndFqdn>; its users move to the other Front End Servers' -Name '<FrontEndFqdn>'
    Stop-CsWindowsService -ComputerName '<FrontEndFqdn>' -Graceful
    Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 15 min)?'
    # To undo: Start-CsWindowsService -ComputerName <FrontEndFqdn>
}

# ---- Restart all Front End Servers
# Only if the pool's SQL store is mirrored
# Only if SQL backups of databases of this Back End are in the set
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'be-mirror-restart.2' -Title 'Start the Lync services' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Start-CsWindowsService -ComputerName '<FrontEndFqdn>'
    Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart all Front End Servers
# Only if the pool's SQL store is mirrored
# Only if SQL backups of databases of this Back End are in the set
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'be-mirror-restart.3' -Title 'Every routing group has a primary and a secondary again' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: The next server is restarted only then. A pool with a single Front End Server is restarted in a quiet hour.
    Get-CsPoolFabricState -PoolFqdn '<PoolFqdn>'
    Get-CsPoolFabricState -PoolFqdn '<PoolFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is Warning; the number of objects is at least 1 (within 60 min)?'
}

Write-Host 'Afterwards: Sign in a test user and look at the contact list.'
Write-Host 'Afterwards: Where no user data was imported, fail the pool back (pool-failback).'
Write-Host 'Afterwards: Where the databases are mirrored, back up their transaction logs regularly.'
Write-Host 'Afterwards: Take a fresh backup into a new set.'
