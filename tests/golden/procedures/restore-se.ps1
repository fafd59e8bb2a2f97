# Restore a Standard Edition server (restore-se)
# After: Restoring a Standard Edition server in Lync Server 2013
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
    '<BackupSet:FileStore>',
    '<FileStoreLocalPath>',
    '<ShareName>',
    '<FileStoreShare>',
    '<GoodServerFqdn>',
    '<BackupSet:UserData>',
    '<Run:local-folder>',
    '<BackupSet:UserData:name>',
    '<BackupSet:Rgs>',
    '<BackupSet:Rgs:name>',
    '<RgsPoolFqdn>',
    '<RgsServiceId>',
    '<PChatSqlFqdn>',
    '<PChatSqlInstance>',
    '<PChatMemberFqdn>',
    '<DatabaseInstance>',
    '<DatabaseFile>',
    '<DatabaseServerFqdn>',
    '<DatabaseName>',
    '<DOMAIN>',
    '<local backup folder>',
    '<PChatInstance>',
    '<BackupSetName>',
    '<BackupSet:PersistentChat>',
    '<BackupSet:PersistentChat:name>',
    '<SiteName>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}
# Decide first: Is the user store of the server lost? yes, it is gone or unusable / no, the RTC databases survive
# Decide first: Bring the application settings of Response Group (music on hold, ring-back) back too? yes, as in the backup / no, keep the pool's own
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
if (Test-Step -Id 'prepare/prep-ad' -Title 'Keep the AD computer account' -RunOn '<DomainControllerFqdn>' -Account 'domain-admin') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of <ServerFqdn> when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ADComputer -Identity '<ServerName>' -Properties @('MemberOf') | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'se-bare.1' -Title 'Install Windows under the old name' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
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
if (Test-Step -Id 'se-bare.2' -Title 'The name and the DNS suffix are those of the topology' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'se-bare.3' -Title 'No trace of an earlier installation' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: A restore never goes onto an existing server state.
    # An error with these words does not count: Cannot find any service
    try { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'se-bare.4' -Title 'Restore or re-enrol the certificates' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains <ServerFqdn>?'
}

# ---- Clean server with the same FQDN
if (Test-Step -Id 'se-bare.5' -Title 'Take an image' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Restore the file store
# Only if the file store lies on a server of the pool
# Only if the set holds this pool's file store
if (Test-Step -Id 'se-filestore.1' -Title 'Copy the file store back' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Path and file names must be exactly as backed up, or components will not find their files.
    Confirm-Harm -Harm 'overwrites files in <FileStoreLocalPath> on <ServerFqdn>' -Name '<ServerFqdn>'
    robocopy '<BackupSet:FileStore>' '<FileStoreLocalPath>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' '/XF' 'Meeting.Active'
    Assert-ExitCode -Low 0 -High 7
    Get-ChildItem -LiteralPath '<FileStoreLocalPath>' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: none
}

# ---- Restore the file store
# Only if the file store lies on a server of the pool
# Only if the set holds this pool's file store
if (Test-Step -Id 'se-filestore.2' -Title 'Share the folder' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The recorded share permissions win; the grant to Administrators is enough for the next steps to do the rest.
    net 'share' '<ShareName>=<FileStoreLocalPath>' '/GRANT:Administrators,FULL'
    Assert-ExitCode -Low 0 -High 0
    Test-Path -LiteralPath '<FileStoreShare>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
    # To undo: net share <ShareName> /DELETE
}

# ---- Download the topology
if (Test-Step -Id 'se-topology.1' -Title 'Download the topology in Topology Builder' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    # Note: Never publish a saved .tbxml file; it undoes every change made since it was saved.
    Write-Host 'On <GoodServerFqdn> open Lync Server Topology Builder, choose Download Topology from existing deployment, OK, select the topology, Save, Yes. Look for <ServerFqdn> with its old definition. Publish nothing.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsComputer -Identity '<ServerFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Fqdn is the host <ServerFqdn>?'
}

# ---- Set the file store's permissions
# Only if the file store lies on a server of the pool
if (Test-Step -Id 'se-acl.1' -Title 'Make the folder for the report' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force
}

# ---- Set the file store's permissions
# Only if the file store lies on a server of the pool
if (Test-Step -Id 'se-acl.2' -Title 'Enable the topology' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    Test-Path -LiteralPath '<FileStoreShare>' | Out-Host
    Confirm-Check -Question 'Before: the file store''s share exists: does it show every object: the value is True?'
    Confirm-Harm -Harm 'rewrites permissions of the share, AD objects and ACLs according to the topology' -Name '<ServerFqdn>'
    Enable-CsTopology -Report 'C:\Logs\Enable_Topology.html'
    # To undo: run Enable-CsTopology again; it is harmless to repeat
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'se-wizard.1' -Title 'Step 1: Install Local Configuration Store' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
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
if (Test-Step -Id 'se-wizard.2' -Title 'Step 2: Setup or Remove Lync Server Components' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'In the same window, Step 2: Setup or Remove Lync Server Components, Run. It installs the roles the published topology names for <ServerFqdn> and recreates its collocated databases. Review the log, Finish. If it asks for a restart, restart and run step 2 again.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Lync Server Deployment Wizard
# Only if the update level of the servers is recorded
if (Test-Step -Id 'se-wizard.3' -Title 'Bring the server to the update level of the others' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Close the wizard. Install the cumulative update that the other servers have, so that Programs and Features shows <UpdateLevel>; then open the wizard again.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is <UpdateLevel>?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'se-wizard.4' -Title 'Step 3: Request, Install or Assign Certificates' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Step 3: Request, Install or Assign Certificates, Run. Assign the restored certificates (Default, Web internal, Web external). Never request OAuthTokenIssuer on a rebuilt server; it arrives by replication. Finished when the status is Assigned.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsCertificate | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Use is Default?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'se-wizard.5' -Title 'Step 4: Start Services' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Step 4: Start Services, Run, Next, Finish. The result is best effort; look at Service Status (Optional) and start what is not running.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'se-wizard.6' -Title 'The local databases are as expected' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Test-CsDatabase -LocalService
    Confirm-Check -Question 'Does the answer show every object: Succeed is True?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'se-wizard.7' -Title 'The configuration has reached the server' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<ServerFqdn>'
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<ServerFqdn>' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# ---- Restore user data
# Only if Is the user store of the server lost? yes, it is gone or unusable
if (Test-Step -Id 'se-userdata.1' -Title 'Copy the export to the server and check it' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    robocopy '<BackupSet:UserData>' '<Run:local-folder>\UserData\<BackupSet:UserData:name>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' '<Run:local-folder>\UserData\<BackupSet:UserData:name>' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:UserData:sha256>?'
}

# ---- Restore user data
# Only if Is the user store of the server lost? yes, it is gone or unusable
if (Test-Step -Id 'se-userdata.2' -Title 'Stop the Lync services' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Confirm-Harm -Harm 'stops Lync on <ServerFqdn>; its users are without service until the start' -Name '<ServerFqdn>'
    Stop-CsWindowsService
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService
}

# ---- Restore user data
# Only if Is the user store of the server lost? yes, it is gone or unusable
if (Test-Step -Id 'se-userdata.3' -Title 'Import the user data' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
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
# Only if Is the user store of the server lost? yes, it is gone or unusable
if (Test-Step -Id 'se-userdata.4' -Title 'Start the Lync services' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Start-CsWindowsService -NoWait
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore user data
# Only if Is the user store of the server lost? yes, it is gone or unusable
if (Test-Step -Id 'se-userdata.5' -Title 'The user store is online' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Get-CsUserDatabaseState -RegistrarPool '<PoolFqdn>'
    Confirm-Check -Question 'Does the answer show every object: Online is True?'
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

# ---- Restore Persistent Chat
# Only if Persistent Chat is deployed with the pool
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
# Only if Persistent Chat is deployed with the pool
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
# Only if Persistent Chat is deployed with the pool
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
# Only if Persistent Chat is deployed with the pool
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
# Only if Persistent Chat is deployed with the pool
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
# Only if Persistent Chat is deployed with the pool
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
# Only if Persistent Chat is deployed with the pool
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
# Only if Persistent Chat is deployed with the pool
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-pchat/pc-save.1' -Title 'Make the folder for the save' -RunOn '<PChatSqlFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path '<local backup folder>' -Force
}

# ---- Restore Persistent Chat
# Only if Persistent Chat is deployed with the pool
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
# Only if Persistent Chat is deployed with the pool
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-pchat/pc-import.1' -Title 'Make the folder for the reports' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force
}

# ---- Restore Persistent Chat
# Only if Persistent Chat is deployed with the pool
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
# Only if Persistent Chat is deployed with the pool
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
# Only if Persistent Chat is deployed with the pool
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
# Only if Persistent Chat is deployed with the pool
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
# Only if Persistent Chat is deployed with the pool
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if Persistent Chat runs on the servers of the pool itself
if (Test-Step -Id 'restore-pchat/pc-start.2' -Title 'Start the Persistent Chat service' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Start-CsWindowsService
    Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Restore Persistent Chat
# Only if Persistent Chat is deployed with the pool
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
if (Test-Step -Id 'restore-pchat/pc-start.3' -Title 'List the categories' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    Get-CsPersistentChatCategory
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore Persistent Chat
# Only if Persistent Chat is deployed with the pool
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
if (Test-Step -Id 'restore-pchat/pc-start.4' -Title 'List the rooms' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    # Note: Compare them with the list of the backup.
    Get-CsPersistentChatRoom
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Kerberos account password
# Only if a Kerberos web authentication account is assigned to the site
# Only if another working server of the site is recorded
if (Test-Step -Id 'se-kerberos.1' -Title 'Copy the password to the rebuilt server' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    Confirm-Harm -Harm 'sets the Kerberos account''s password in IIS on <ServerFqdn>' -Name '<ServerFqdn>'
    Set-CsKerberosAccountPassword -FromComputer '<GoodServerFqdn>' -ToComputer '<ServerFqdn>'
}

# ---- Kerberos account password
# Only if a Kerberos web authentication account is assigned to the site
# Only if another working server of the site is recorded
if (Test-Step -Id 'se-kerberos.2' -Title 'Enable the topology' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    Confirm-Harm -Harm 'rewrites AD objects and ACLs according to the topology' -Name '<ServerFqdn>'
    Enable-CsTopology
    Test-CsKerberosAccountAssignment -Identity 'site:<SiteName>' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: the value contains fail?'
}

Write-Host 'Afterwards: Sign in a test user and look at the contact list.'
Write-Host 'Afterwards: Run Get-CsManagementStoreReplicationStatus and Get-CsWindowsService once more after an hour.'
Write-Host 'Afterwards: Take a fresh backup into a new set.'
Write-Host 'Afterwards: The Address Book is generated again by itself.'
