# Restore a whole pool (restore-pool)
# Target: pool01.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:cb1f1467fffd41cf2c5c2405310c421097a9d9972b45feabf7bdd1d81acff364
# After: Restoring a Lync Server pool in Lync Server 2013
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

# ---- Prepare
if (Test-Step -Id 'prepare/prep-decide' -Title 'Decide what to restore' -RunOn 'pool01.contoso.com' -Account 'lync-admin') {
    # Note: Restore only when troubleshooting has failed; a restore costs downtime and everything since the backup.
    # Note: The person named in the plan decides. Have media, keys, certificates and the worksheets at hand before going on.
    Write-Host 'Decide: Decide what to restore (restore)'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Which kind of pool
if (Test-Step -Id 'pool-kind' -Title 'Which kind of pool' -RunOn 'pool01.contoso.com' -Account 'lync-admin') {
    # Note: A Front End pool gets its Back End first, then every Front End Server; all of them are started together.
    # Note: Of a Mediation, Persistent Chat, Edge or Director pool every member is restored and started.
    Write-Host 'Decide: Which kind of pool (restore every member)'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- The Back End first
if (Test-Step -Id 'pool-backend.1' -Title 'The Central Management store is elsewhere' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: Otherwise restore it first with restore-cms
    # Note: and answer so in the plan.
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Get-CsService -CentralManagement
    Confirm-Check -Question 'Does the answer show no object: PoolFqdn is the host pool01.contoso.com?'
}

# ---- The Back End first
if (Test-Step -Id 'prepare/prep-ad@sql01.contoso.com' -Title 'Keep the AD computer account' -RunOn 'dc01.contoso.com' -Account 'domain-admin') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of sql01.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ADComputer -Identity 'sql01' -Properties @('MemberOf') | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True?'
}

# ---- The Back End first
if (Test-Step -Id 'prepare/prep-ad@sql02.contoso.com' -Title 'Keep the AD computer account' -RunOn 'dc01.contoso.com' -Account 'domain-admin') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of sql02.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ADComputer -Identity 'sql02' -Properties @('MemberOf') | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True?'
}

# ---- The Back End first
if (Test-Step -Id 'restore-backend/be-bare.1@sql01.contoso.com' -Title 'Install Windows under the old name' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Harm -Harm 'the disks of the computer that becomes sql01.contoso.com are wiped' -Name 'sql01.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name sql01.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is sql01 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; whatever is on the disks is gone
}

# ---- The Back End first
if (Test-Step -Id 'restore-backend/be-bare.2@sql01.contoso.com' -Title 'The name and the DNS suffix are those of the topology' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is sql01 and Domain is contoso.com?'
}

# ---- The Back End first
if (Test-Step -Id 'restore-backend/be-bare.3@sql01.contoso.com' -Title 'No trace of an earlier installation' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    # Note: A restore never goes onto an existing server state.
    # An error with these words does not count: Cannot find any service
    try { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- The Back End first
if (Test-Step -Id 'restore-backend/be-bare.4@sql01.contoso.com' -Title 'Restore or re-enrol the certificates' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains sql01.contoso.com?'
}

# ---- The Back End first
if (Test-Step -Id 'restore-backend/be-bare.5@sql01.contoso.com' -Title 'Take an image' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- The Back End first
if (Test-Step -Id 'restore-backend/be-bare.1@sql02.contoso.com' -Title 'Install Windows under the old name' -RunOn 'sql02.contoso.com' -Account 'lync-admin') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Harm -Harm 'the disks of the computer that becomes sql02.contoso.com are wiped' -Name 'sql02.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name sql02.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is sql02 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; whatever is on the disks is gone
}

# ---- The Back End first
if (Test-Step -Id 'restore-backend/be-bare.2@sql02.contoso.com' -Title 'The name and the DNS suffix are those of the topology' -RunOn 'sql02.contoso.com' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is sql02 and Domain is contoso.com?'
}

# ---- The Back End first
if (Test-Step -Id 'restore-backend/be-bare.3@sql02.contoso.com' -Title 'No trace of an earlier installation' -RunOn 'sql02.contoso.com' -Account 'lync-admin') {
    # Note: A restore never goes onto an existing server state.
    # An error with these words does not count: Cannot find any service
    try { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- The Back End first
if (Test-Step -Id 'restore-backend/be-bare.4@sql02.contoso.com' -Title 'Restore or re-enrol the certificates' -RunOn 'sql02.contoso.com' -Account 'lync-admin') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains sql02.contoso.com?'
}

# ---- The Back End first
if (Test-Step -Id 'restore-backend/be-bare.5@sql02.contoso.com' -Title 'Take an image' -RunOn 'sql02.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Install SQL Server
if (Test-Step -Id 'restore-backend/be-sql.1@sql01.contoso.com' -Title 'Install SQL Server as it was' -RunOn 'sql01.contoso.com' -Account 'lync-admin') {
    # Note: An instance under another name is not the one the topology knows (pitfall P21).
    Write-Host 'Install SQL Server on sql01.contoso.com by the organisation''s own procedure, as it was installed originally: the same version, edition and service pack as before, the instance sql01.contoso.com\RTC under its old name, the same folders, service accounts, permissions and logins. Open its ports in the firewall (1433, UDP 1434, the instance''s own, and for mirroring 5022, on a witness 7022).'
    [void] (Read-Host 'Press Enter when it is done')
    Write-Host 'On sql01.contoso.com\RTC as sql-admin run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Verify: does it show every object: is_sysadmin is 1?'
    # To undo: uninstall the instance
}

# ---- Install SQL Server
if (Test-Step -Id 'restore-backend/be-sql.2@sql01.contoso.com' -Title 'Version and edition are those of the partner' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin') {
    Confirm-Check -Question 'Before: every SQL instance of the plan answers and lets us in?'
    Confirm-Check -Question 'Before: every instance has its old name?'
    Confirm-Check -Question 'Before: the instances are of a fitting version?'
    Confirm-Check -Question 'Before: the database servers have room?'
    Confirm-Check -Question 'Before: the model database has its original size?'
    Confirm-Check -Question 'Before: no transaction log is about to be full?'
    Confirm-Check -Question 'Before: no database is owned by RTCUniversalServerAdmins?'
    Confirm-Check -Question 'Before: mirroring endpoints are started?'
    Confirm-Check -Question 'Before: the Front End Servers reach the Back End?'
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''ProductVersion'') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''ProductLevel'') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''Edition'') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''MachineName'') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''InstanceName'') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''Collation'') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''sysadmin'') AS is_sysadmin;'
    Assert-ExitCode -Low 0 -High 0
    Confirm-Check -Question 'Does the answer show every object: is_sysadmin is 1?'
}

# ---- Install SQL Server
if (Test-Step -Id 'restore-backend/be-sql.1@sql02.contoso.com' -Title 'Install SQL Server as it was' -RunOn 'sql02.contoso.com' -Account 'lync-admin') {
    # Note: An instance under another name is not the one the topology knows (pitfall P21).
    Write-Host 'Install SQL Server on sql02.contoso.com by the organisation''s own procedure, as it was installed originally: the same version, edition and service pack as before, the instance sql02.contoso.com\RTC under its old name, the same folders, service accounts, permissions and logins. Open its ports in the firewall (1433, UDP 1434, the instance''s own, and for mirroring 5022, on a witness 7022).'
    [void] (Read-Host 'Press Enter when it is done')
    Write-Host 'On sql02.contoso.com\RTC as sql-admin run: sqlcmd ''-S'' ''sql02.contoso.com\RTC'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Verify: does it show every object: is_sysadmin is 1?'
    # To undo: uninstall the instance
}

# ---- Install SQL Server
if (Test-Step -Id 'restore-backend/be-sql.2@sql02.contoso.com' -Title 'Version and edition are those of the partner' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin') {
    Confirm-Check -Question 'Before: every SQL instance of the plan answers and lets us in?'
    Confirm-Check -Question 'Before: every instance has its old name?'
    Confirm-Check -Question 'Before: the instances are of a fitting version?'
    Confirm-Check -Question 'Before: the database servers have room?'
    Confirm-Check -Question 'Before: the model database has its original size?'
    Confirm-Check -Question 'Before: no transaction log is about to be full?'
    Confirm-Check -Question 'Before: no database is owned by RTCUniversalServerAdmins?'
    Confirm-Check -Question 'Before: mirroring endpoints are started?'
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-Q' 'SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''ProductVersion'') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''ProductLevel'') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''Edition'') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''MachineName'') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''InstanceName'') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''Collation'') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''sysadmin'') AS is_sysadmin;'
    Assert-ExitCode -Low 0 -High 0
    Confirm-Check -Question 'Does the answer show every object: is_sysadmin is 1?'
}

# ---- Restore the Back End
if (Test-Step -Id 'restore-backend/be-databases.1' -Title 'This machine is at the update level of the others' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: Databases come at the level of the machine whose shell or Topology Builder creates them.
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*'
    Confirm-Check -Question 'Does the answer show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Restore the Back End
if (Test-Step -Id 'restore-backend/be-databases.2' -Title 'Create the databases' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: Only stand-alone databases are shown on Create databases.
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped?'
    Write-Host 'On sql01.contoso.com\RTC as sql-admin run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'''
    Confirm-Check -Question 'Before: the instance answers: does it show every object: is_sysadmin is 1?'
    Confirm-Harm -Harm 'creates the databases of pool01.contoso.com on sql01.contoso.com; publishing changes topology ACLs' -Name 'sql01.contoso.com'
    Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn 'sql01.contoso.com' -Confirm:$false -Verbose
    Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn 'sql01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
    # To undo: Uninstall-CsDatabase, while nothing is in them
}

# ---- Restore the Back End
if (Test-Step -Id 'restore-backend/be-databases.5' -Title 'Install the mirror databases' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: -DropExistingDatabasesOnMirror (part of Microsoft's example) is left out; it deletes databases on the mirror.
    # Note: The accounts of both SQL servers must be able to read and write the share; for Network Service DOMAIN\SERVER$.
    # Note: The question about each database is answered beforehand (-Confirm:$false stands for A, Yes to All).
    # Note: A witness that the topology names is set up together with the mirror.
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server?'
    Test-Path -LiteralPath '\\fs01.contoso.com\MirrorShare' | Out-Host
    Confirm-Check -Question 'Before: the share for seeding the mirror is there: does it show every object: the value is True?'
    Confirm-Harm -Harm 'creates databases on the mirror sql02.contoso.com' -Name 'sql02.contoso.com'
    Install-CsMirrorDatabase -ConfiguredDatabases -FileShare '\\fs01.contoso.com\MirrorShare' -SqlServerFqdn 'sql01.contoso.com' -Confirm:$false -Verbose
    Get-CsDatabaseMirrorState -PoolFqdn 'pool01.contoso.com' -DatabaseType 'User' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase once for each database type
}

# ---- Restore the Back End
if (Test-Step -Id 'restore-backend/be-databases.6@User' -Title 'Every database has its mirror again' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    Get-CsDatabaseMirrorState -PoolFqdn 'pool01.contoso.com' -DatabaseType 'User'
    Confirm-Check -Question 'Does the answer show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized?'
}

# ---- Restore the Back End
if (Test-Step -Id 'restore-backend/be-databases.6@Application' -Title 'Every database has its mirror again' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    Get-CsDatabaseMirrorState -PoolFqdn 'pool01.contoso.com' -DatabaseType 'Application'
    Confirm-Check -Question 'Does the answer show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized?'
}

# ---- A clean server for every member
if (Test-Step -Id 'prepare/prep-ad@fe01.contoso.com' -Title 'Keep the AD computer account' -RunOn 'dc01.contoso.com' -Account 'domain-admin') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of fe01.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ADComputer -Identity 'fe01' -Properties @('MemberOf') | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True?'
}

# ---- A clean server for every member
if (Test-Step -Id 'prepare/prep-ad@fe02.contoso.com' -Title 'Keep the AD computer account' -RunOn 'dc01.contoso.com' -Account 'domain-admin') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of fe02.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ADComputer -Identity 'fe02' -Properties @('MemberOf') | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True?'
}

# ---- A clean server for every member
if (Test-Step -Id 'prepare/prep-ad@fe03.contoso.com' -Title 'Keep the AD computer account' -RunOn 'dc01.contoso.com' -Account 'domain-admin') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of fe03.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ADComputer -Identity 'fe03' -Properties @('MemberOf') | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True?'
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.1@fe01.contoso.com' -Title 'Install Windows under the old name' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Harm -Harm 'the disks of the computer that becomes fe01.contoso.com are wiped' -Name 'fe01.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name fe01.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is fe01 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; whatever is on the disks is gone
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.1@fe02.contoso.com' -Title 'Install Windows under the old name' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Harm -Harm 'the disks of the computer that becomes fe02.contoso.com are wiped' -Name 'fe02.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name fe02.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is fe02 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; whatever is on the disks is gone
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.1@fe03.contoso.com' -Title 'Install Windows under the old name' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Harm -Harm 'the disks of the computer that becomes fe03.contoso.com are wiped' -Name 'fe03.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name fe03.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-CimInstance -ClassName 'Win32_ComputerSystem' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is fe03 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; whatever is on the disks is gone
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.2@fe01.contoso.com' -Title 'The name and the DNS suffix are those of the topology' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is fe01 and Domain is contoso.com?'
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.2@fe02.contoso.com' -Title 'The name and the DNS suffix are those of the topology' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is fe02 and Domain is contoso.com?'
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.2@fe03.contoso.com' -Title 'The name and the DNS suffix are those of the topology' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    Confirm-Check -Question 'Does the answer show every object: Hostname is fe03 and Domain is contoso.com?'
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.3@fe01.contoso.com' -Title 'No trace of an earlier installation' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: A restore never goes onto an existing server state.
    # An error with these words does not count: Cannot find any service
    try { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.3@fe02.contoso.com' -Title 'No trace of an earlier installation' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    # Note: A restore never goes onto an existing server state.
    # An error with these words does not count: Cannot find any service
    try { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.3@fe03.contoso.com' -Title 'No trace of an earlier installation' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    # Note: A restore never goes onto an existing server state.
    # An error with these words does not count: Cannot find any service
    try { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') } catch { Confirm-Check ('Error: {0}. Does it not count?' -f $_) }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.4@fe01.contoso.com' -Title 'Restore or re-enrol the certificates' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains fe01.contoso.com?'
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.4@fe02.contoso.com' -Title 'Restore or re-enrol the certificates' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains fe02.contoso.com?'
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.4@fe03.contoso.com' -Title 'Restore or re-enrol the certificates' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains fe03.contoso.com?'
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.5@fe01.contoso.com' -Title 'Take an image' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.5@fe02.contoso.com' -Title 'Take an image' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- A clean server for every member
if (Test-Step -Id 'restore-member/mem-bare.5@fe03.contoso.com' -Title 'Take an image' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Host 'Press Enter when it is done')
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-setup.1@fe01.contoso.com' -Title 'The server is ready for setup' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: What could not be asked of the lost server at the start is checked here.
    Confirm-Check -Question 'Before: every server of the plan answers and lets us in?'
    Confirm-Check -Question 'Before: the account is in the groups the steps need?'
    Confirm-Check -Question 'Before: the replacement server is clean?'
    Confirm-Check -Question 'Before: the server bears the name of the topology?'
    Confirm-Check -Question 'Before: the server has the Windows of its pool?'
    Confirm-Check -Question 'Before: the servers have room for what comes?'
    Confirm-Check -Question 'Before: windows Firewall runs before Lync''s services start?'
    Confirm-Check -Question 'Before: certificates are there with key, names, chain and dates?'
    Confirm-Check -Question 'Before: trusted Root holds roots alone?'
    Confirm-Check -Question 'Before: the server has the farm''s Schannel setting?'
    Confirm-Check -Question 'Before: the clocks agree?'
    Get-CimInstance -ClassName 'Win32_OperatingSystem'
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-setup.1@fe02.contoso.com' -Title 'The server is ready for setup' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    # Note: What could not be asked of the lost server at the start is checked here.
    Confirm-Check -Question 'Before: every server of the plan answers and lets us in?'
    Confirm-Check -Question 'Before: the account is in the groups the steps need?'
    Confirm-Check -Question 'Before: the replacement server is clean?'
    Confirm-Check -Question 'Before: the server bears the name of the topology?'
    Confirm-Check -Question 'Before: the server has the Windows of its pool?'
    Confirm-Check -Question 'Before: the servers have room for what comes?'
    Confirm-Check -Question 'Before: windows Firewall runs before Lync''s services start?'
    Confirm-Check -Question 'Before: certificates are there with key, names, chain and dates?'
    Confirm-Check -Question 'Before: trusted Root holds roots alone?'
    Confirm-Check -Question 'Before: the server has the farm''s Schannel setting?'
    Confirm-Check -Question 'Before: the clocks agree?'
    Get-CimInstance -ClassName 'Win32_OperatingSystem'
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-setup.1@fe03.contoso.com' -Title 'The server is ready for setup' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    # Note: What could not be asked of the lost server at the start is checked here.
    Confirm-Check -Question 'Before: every server of the plan answers and lets us in?'
    Confirm-Check -Question 'Before: the account is in the groups the steps need?'
    Confirm-Check -Question 'Before: the replacement server is clean?'
    Confirm-Check -Question 'Before: the server bears the name of the topology?'
    Confirm-Check -Question 'Before: the server has the Windows of its pool?'
    Confirm-Check -Question 'Before: the servers have room for what comes?'
    Confirm-Check -Question 'Before: windows Firewall runs before Lync''s services start?'
    Confirm-Check -Question 'Before: certificates are there with key, names, chain and dates?'
    Confirm-Check -Question 'Before: trusted Root holds roots alone?'
    Confirm-Check -Question 'Before: the server has the farm''s Schannel setting?'
    Confirm-Check -Question 'Before: the clocks agree?'
    Get-CimInstance -ClassName 'Win32_OperatingSystem'
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-setup.2@fe01.contoso.com' -Title 'Start the Deployment Wizard' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Write-Host 'On fe01.contoso.com start \setup\amd64\Setup.exe from the Lync media. Confirm the Visual C++ redistributable, the installation location (as on the other servers) and the licence terms, until the Deployment Wizard opens: from then on the core components and the management shell are there.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-Module -ListAvailable -Name @('Lync', 'SkypeForBusiness') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-setup.2@fe02.contoso.com' -Title 'Start the Deployment Wizard' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    Write-Host 'On fe02.contoso.com start \setup\amd64\Setup.exe from the Lync media. Confirm the Visual C++ redistributable, the installation location (as on the other servers) and the licence terms, until the Deployment Wizard opens: from then on the core components and the management shell are there.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-Module -ListAvailable -Name @('Lync', 'SkypeForBusiness') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-setup.2@fe03.contoso.com' -Title 'Start the Deployment Wizard' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    Write-Host 'On fe03.contoso.com start \setup\amd64\Setup.exe from the Lync media. Confirm the Visual C++ redistributable, the installation location (as on the other servers) and the licence terms, until the Deployment Wizard opens: from then on the core components and the management shell are there.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-Module -ListAvailable -Name @('Lync', 'SkypeForBusiness') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.2@fe01.contoso.com' -Title 'Install the local instance RTCLOCAL' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The switch is ours, to be confirmed on a live system; with Lync on another drive take the Deployment Wizard.
    Write-Host 'On dir01.contoso.com as lync-admin run: Get-CsComputer -Identity ''fe01.contoso.com'''
    Confirm-Check -Question 'Before: the server''s name is in the topology: does it show at least one object: Fqdn is the host fe01.contoso.com?'
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly that name: does it show every object: Hostname is fe01 and Domain is contoso.com?'
    & 'C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe' '/BootstrapLocalMgmt'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.2@fe02.contoso.com' -Title 'Install the local instance RTCLOCAL' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    # Note: The switch is ours, to be confirmed on a live system; with Lync on another drive take the Deployment Wizard.
    Write-Host 'On dir01.contoso.com as lync-admin run: Get-CsComputer -Identity ''fe02.contoso.com'''
    Confirm-Check -Question 'Before: the server''s name is in the topology: does it show at least one object: Fqdn is the host fe02.contoso.com?'
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly that name: does it show every object: Hostname is fe02 and Domain is contoso.com?'
    & 'C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe' '/BootstrapLocalMgmt'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.2@fe03.contoso.com' -Title 'Install the local instance RTCLOCAL' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    # Note: The switch is ours, to be confirmed on a live system; with Lync on another drive take the Deployment Wizard.
    Write-Host 'On dir01.contoso.com as lync-admin run: Get-CsComputer -Identity ''fe03.contoso.com'''
    Confirm-Check -Question 'Before: the server''s name is in the topology: does it show at least one object: Fqdn is the host fe03.contoso.com?'
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly that name: does it show every object: Hostname is fe03 and Domain is contoso.com?'
    & 'C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe' '/BootstrapLocalMgmt'
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.3@fe01.contoso.com' -Title 'Make the folder for the configuration' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Restore\Configuration' -Force
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.3@fe02.contoso.com' -Title 'Make the folder for the configuration' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Restore\Configuration' -Force
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.3@fe03.contoso.com' -Title 'Make the folder for the configuration' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    New-Item -ItemType 'Directory' -Path 'C:\Restore\Configuration' -Force
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.4@fe01.contoso.com' -Title 'Read the configuration from the Central Management store' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the account may enable the topology?'
    Confirm-Check -Question 'Before: the Lync module is installed?'
    Confirm-Check -Question 'Before: sessions read the Central Management store from the server?'
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Export-CsConfiguration -FileName 'C:\Restore\Configuration\Config.zip' -Force
    Test-Path -LiteralPath 'C:\Restore\Configuration\Config.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.4@fe02.contoso.com' -Title 'Read the configuration from the Central Management store' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the account may enable the topology?'
    Confirm-Check -Question 'Before: the Lync module is installed?'
    Confirm-Check -Question 'Before: sessions read the Central Management store from the server?'
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Export-CsConfiguration -FileName 'C:\Restore\Configuration\Config.zip' -Force
    Test-Path -LiteralPath 'C:\Restore\Configuration\Config.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.4@fe03.contoso.com' -Title 'Read the configuration from the Central Management store' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the account may enable the topology?'
    Confirm-Check -Question 'Before: the Lync module is installed?'
    Confirm-Check -Question 'Before: sessions read the Central Management store from the server?'
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Export-CsConfiguration -FileName 'C:\Restore\Configuration\Config.zip' -Force
    Test-Path -LiteralPath 'C:\Restore\Configuration\Config.zip' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.5@fe01.contoso.com' -Title 'Put it into the local configuration store' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Import-CsConfiguration -FileName 'C:\Restore\Configuration\Config.zip' -LocalStore
    Get-CsTopology -LocalStore | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.5@fe02.contoso.com' -Title 'Put it into the local configuration store' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    Import-CsConfiguration -FileName 'C:\Restore\Configuration\Config.zip' -LocalStore
    Get-CsTopology -LocalStore | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.5@fe03.contoso.com' -Title 'Put it into the local configuration store' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    Import-CsConfiguration -FileName 'C:\Restore\Configuration\Config.zip' -LocalStore
    Get-CsTopology -LocalStore | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.6@fe01.contoso.com' -Title 'Activate the replica' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Enable-CsReplica -Confirm:$false
    Get-CsWindowsService -Name 'REPLICA' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.6@fe02.contoso.com' -Title 'Activate the replica' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    Enable-CsReplica -Confirm:$false
    Get-CsWindowsService -Name 'REPLICA' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step1.6@fe03.contoso.com' -Title 'Activate the replica' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    Enable-CsReplica -Confirm:$false
    Get-CsWindowsService -Name 'REPLICA' | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is 1?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step2.1@fe01.contoso.com' -Title 'Install the role''s components' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: With Lync in another folder or on another drive, take the Deployment Wizard instead.
    # Note: If it asks for a restart, restart the server and send it again.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly the name of the topology: does it show every object: Hostname is fe01 and Domain is contoso.com?'
    & 'C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe'
    Assert-ExitCode -Low 0 -High 0
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step2.1@fe02.contoso.com' -Title 'Install the role''s components' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    # Note: With Lync in another folder or on another drive, take the Deployment Wizard instead.
    # Note: If it asks for a restart, restart the server and send it again.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly the name of the topology: does it show every object: Hostname is fe02 and Domain is contoso.com?'
    & 'C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe'
    Assert-ExitCode -Low 0 -High 0
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step2.1@fe03.contoso.com' -Title 'Install the role''s components' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    # Note: With Lync in another folder or on another drive, take the Deployment Wizard instead.
    # Note: If it asks for a restart, restart the server and send it again.
    Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Out-Host
    Confirm-Check -Question 'Before: the server bears exactly the name of the topology: does it show every object: Hostname is fe03 and Domain is contoso.com?'
    & 'C:\Program Files\Microsoft Lync Server 2013\Deployment\Bootstrapper.exe'
    Assert-ExitCode -Low 0 -High 0
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step2.2@fe01.contoso.com' -Title 'Activate the role' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Enable-CsComputer -Confirm:$false
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step2.2@fe02.contoso.com' -Title 'Activate the role' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    Enable-CsComputer -Confirm:$false
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step2.2@fe03.contoso.com' -Title 'Activate the role' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    Enable-CsComputer -Confirm:$false
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-update@fe01.contoso.com' -Title 'Bring the server to the update level of the others' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Write-Host 'Close the Deployment Wizard. Install on fe01.contoso.com the cumulative update that the other servers have, so that Programs and Features shows 5.0.8308.887; restart the server if it asks for it.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-update@fe02.contoso.com' -Title 'Bring the server to the update level of the others' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    Write-Host 'Close the Deployment Wizard. Install on fe02.contoso.com the cumulative update that the other servers have, so that Programs and Features shows 5.0.8308.887; restart the server if it asks for it.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-update@fe03.contoso.com' -Title 'Bring the server to the update level of the others' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    Write-Host 'Close the Deployment Wizard. Install on fe03.contoso.com the cumulative update that the other servers have, so that Programs and Features shows 5.0.8308.887; restart the server if it asks for it.'
    [void] (Read-Host 'Press Enter when it is done')
    Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step3.1@fe01.contoso.com' -Title 'Assign the certificate' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Edge pools share one certificate with its private key, because of media relay authentication.
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Where-Object -Property 'Subject' -Match -Value 'CN=(fe01.contoso.com|pool01.contoso.com)' | Select-Object -First 1 | Out-Host
    $Read_Thumbprint = Read-Value -Question 'Thumbprint (from fe01.contoso.com)'
    Set-CsCertificate -Type @('Default', 'WebServicesInternal', 'WebServicesExternal') -Thumbprint $Read_Thumbprint -Confirm:$false
    Get-CsCertificate -Type @('Default', 'WebServicesInternal', 'WebServicesExternal') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: assign another certificate
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step3.1@fe02.contoso.com' -Title 'Assign the certificate' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    # Note: Edge pools share one certificate with its private key, because of media relay authentication.
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Where-Object -Property 'Subject' -Match -Value 'CN=(fe02.contoso.com|pool01.contoso.com)' | Select-Object -First 1 | Out-Host
    $Read_Thumbprint = Read-Value -Question 'Thumbprint (from fe02.contoso.com)'
    Set-CsCertificate -Type @('Default', 'WebServicesInternal', 'WebServicesExternal') -Thumbprint $Read_Thumbprint -Confirm:$false
    Get-CsCertificate -Type @('Default', 'WebServicesInternal', 'WebServicesExternal') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: assign another certificate
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step3.1@fe03.contoso.com' -Title 'Assign the certificate' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    # Note: Edge pools share one certificate with its private key, because of media relay authentication.
    Get-ChildItem -Path 'Cert:\LocalMachine\My' | Where-Object -Property 'Subject' -Match -Value 'CN=(fe03.contoso.com|pool01.contoso.com)' | Select-Object -First 1 | Out-Host
    $Read_Thumbprint = Read-Value -Question 'Thumbprint (from fe03.contoso.com)'
    Set-CsCertificate -Type @('Default', 'WebServicesInternal', 'WebServicesExternal') -Thumbprint $Read_Thumbprint -Confirm:$false
    Get-CsCertificate -Type @('Default', 'WebServicesInternal', 'WebServicesExternal') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: assign another certificate
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step3.3@fe01.contoso.com' -Title 'The OAuth certificate of the deployment is there' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Never request a new one on a rebuilt server; it is one certificate for the whole deployment.
    Get-CsCertificate -Type @('OAuthTokenIssuer')
    Get-CsCertificate -Type @('OAuthTokenIssuer') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1 (within 15 min)?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step3.3@fe02.contoso.com' -Title 'The OAuth certificate of the deployment is there' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    # Note: Never request a new one on a rebuilt server; it is one certificate for the whole deployment.
    Get-CsCertificate -Type @('OAuthTokenIssuer')
    Get-CsCertificate -Type @('OAuthTokenIssuer') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1 (within 15 min)?'
}

# ---- Restore every member
if (Test-Step -Id 'restore-member/mem-step3.3@fe03.contoso.com' -Title 'The OAuth certificate of the deployment is there' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    # Note: Never request a new one on a rebuilt server; it is one certificate for the whole deployment.
    Get-CsCertificate -Type @('OAuthTokenIssuer')
    Get-CsCertificate -Type @('OAuthTokenIssuer') | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1 (within 15 min)?'
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.1' -Title 'Copy the export to the importing server and check it' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\UserData' 'C:\Restore\UserData' 'pool01.contoso.com.zip' '/COPY:DAT' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' 'C:\Restore\UserData\pool01.contoso.com.zip' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 3455cc849dc7ec435a6856b761105f2a3d4a16269fb5c98a2a5dff8cc1b33d3f?'
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.2@fe01.contoso.com' -Title 'Stop the Lync services' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: Running Front End Servers should not meet an empty user store.
    Confirm-Harm -Harm 'stops Lync on fe01.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe01.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe01.contoso.com'
    Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe01.contoso.com -NoWait, on every Front End Server
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.2@fe02.contoso.com' -Title 'Stop the Lync services' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: Running Front End Servers should not meet an empty user store.
    Confirm-Harm -Harm 'stops Lync on fe02.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe02.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe02.contoso.com'
    Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe02.contoso.com -NoWait, on every Front End Server
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.2@fe03.contoso.com' -Title 'Stop the Lync services' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: Running Front End Servers should not meet an empty user store.
    Confirm-Harm -Harm 'stops Lync on fe03.contoso.com; the pool is without service until all of its servers are started again' -Name 'fe03.contoso.com'
    Stop-CsWindowsService -ComputerName 'fe03.contoso.com'
    Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe03.contoso.com -NoWait, on every Front End Server
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.3' -Title 'Import the user data' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: While one service of the pool still runs, the import says it succeeded and changes nothing (pitfall P41).
    # Note: Contacts whose unified contact store mode changed since the export may be corrupted (pitfall P42).
    Confirm-Check -Question 'Before: the pool is not served by its partner?'
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped?'
    Confirm-Harm -Harm 'overwrites contacts and conferences of all users of pool01.contoso.com with those of the backup' -Name 'pool01.contoso.com'
    Import-CsUserData -PoolFqdn 'pool01.contoso.com' -FileName 'C:\Restore\UserData\pool01.contoso.com.zip'
    # To undo: none; import again from another set
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.4@fe01.contoso.com' -Title 'Start the Lync services, none waiting for another' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: A start that waits for the first server never ends; it waits for the quorum of its pool (pitfall P59).
    Start-CsWindowsService -ComputerName 'fe01.contoso.com' -NoWait
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.4@fe02.contoso.com' -Title 'Start the Lync services, none waiting for another' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: A start that waits for the first server never ends; it waits for the quorum of its pool (pitfall P59).
    Start-CsWindowsService -ComputerName 'fe02.contoso.com' -NoWait
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.4@fe03.contoso.com' -Title 'Start the Lync services, none waiting for another' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: A start that waits for the first server never ends; it waits for the quorum of its pool (pitfall P59).
    Start-CsWindowsService -ComputerName 'fe03.contoso.com' -NoWait
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.5@fe01.contoso.com' -Title 'Every service runs' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    Get-CsWindowsService -ComputerName 'fe01.contoso.com'
    Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.5@fe02.contoso.com' -Title 'Every service runs' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    Get-CsWindowsService -ComputerName 'fe02.contoso.com'
    Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.5@fe03.contoso.com' -Title 'Every service runs' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    Get-CsWindowsService -ComputerName 'fe03.contoso.com'
    Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.6' -Title 'The user store is online' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    Get-CsUserDatabaseState -RegistrarPool 'pool01.contoso.com'
    Confirm-Check -Question 'Does the answer show every object: Online is True?'
}

# ---- Restore user data
if (Test-Step -Id 'restore-backend/be-userdata.7' -Title 'Every routing group has its servers' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com'
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is Warning; the number of objects is at least 1 (within 60 min)?'
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.1@fe01.contoso.com' -Title 'Start the services, none waiting for another' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: Servers that must run for the first start: 2 of 2 or 1, 3 of 3, 3 of 4, 4 of 5, 5 of 6, 5 of 7, 6 of 8, 7 of 9, 8 of 10, 9 of 11, 10 of 12.
    # Note: Two-server pools start both together, or in reverse order of going down.
    # Note: A start without -NoWait, server after server, blocks on the first one (pitfall P59).
    Start-CsWindowsService -ComputerName 'fe01.contoso.com' -NoWait
    # To undo: Stop-CsWindowsService -ComputerName fe01.contoso.com
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.1@fe02.contoso.com' -Title 'Start the services, none waiting for another' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: Servers that must run for the first start: 2 of 2 or 1, 3 of 3, 3 of 4, 4 of 5, 5 of 6, 5 of 7, 6 of 8, 7 of 9, 8 of 10, 9 of 11, 10 of 12.
    # Note: Two-server pools start both together, or in reverse order of going down.
    # Note: A start without -NoWait, server after server, blocks on the first one (pitfall P59).
    Start-CsWindowsService -ComputerName 'fe02.contoso.com' -NoWait
    # To undo: Stop-CsWindowsService -ComputerName fe02.contoso.com
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.1@fe03.contoso.com' -Title 'Start the services, none waiting for another' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: Servers that must run for the first start: 2 of 2 or 1, 3 of 3, 3 of 4, 4 of 5, 5 of 6, 5 of 7, 6 of 8, 7 of 9, 8 of 10, 9 of 11, 10 of 12.
    # Note: Two-server pools start both together, or in reverse order of going down.
    # Note: A start without -NoWait, server after server, blocks on the first one (pitfall P59).
    Start-CsWindowsService -ComputerName 'fe03.contoso.com' -NoWait
    # To undo: Stop-CsWindowsService -ComputerName fe03.contoso.com
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.2@fe01.contoso.com' -Title 'Every service runs' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: RTCSRV may be starting for up to an hour while users are placed (event 32174).
    Get-CsWindowsService -ComputerName 'fe01.contoso.com'
    Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.2@fe02.contoso.com' -Title 'Every service runs' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: RTCSRV may be starting for up to an hour while users are placed (event 32174).
    Get-CsWindowsService -ComputerName 'fe02.contoso.com'
    Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.2@fe03.contoso.com' -Title 'Every service runs' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: RTCSRV may be starting for up to an hour while users are placed (event 32174).
    Get-CsWindowsService -ComputerName 'fe03.contoso.com'
    Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.3' -Title 'Every routing group has a primary and a secondary' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: Not enough servers for the first start but enough to work, or it asks for it - Reset-CsPoolRegistrarState -ResetType QuorumLossRecovery (data not yet written may be lost).
    # Note: Topology changed while the whole pool was down - -ResetType ServiceReset after publishing.
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com'
    Get-CsPoolFabricState -PoolFqdn 'pool01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show no object: HealthState is one of Warning, Error; the number of objects is at least 1 (within 60 min)?'
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.4@fe01.contoso.com' -Title 'The configuration has reached every server' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe01.contoso.com'
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe01.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.4@fe02.contoso.com' -Title 'The configuration has reached every server' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe02.contoso.com'
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe02.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# ---- Start the pool with enough servers
if (Test-Step -Id 'pool-start.4@fe03.contoso.com' -Title 'The configuration has reached every server' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe03.contoso.com'
    Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe03.contoso.com' | Out-Host
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-backend/restore-rgs/rgs-import.1' -Title 'Copy the export to the server and check it' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Rgs' 'C:\Restore\Rgs' 'pool01.contoso.com.zip' '/COPY:DAT' '/R:2' '/W:5'
    Assert-ExitCode -Low 0 -High 7
    certutil '-hashfile' 'C:\Restore\Rgs\pool01.contoso.com.zip' 'SHA256' | Out-Host
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 91abe0029f04203210a54edd893081de6603f16406c5659a3b95213be90067bd?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-backend/restore-rgs/rgs-import.2' -Title 'Import, taking ownership of the contact objects' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Without -OverwriteOwner the import fails, because the contact objects already exist in AD (pitfall P44).
    Confirm-Check -Question 'Before: no Response Group name is taken?'
    Get-CsWindowsService | Out-Host
    Confirm-Check -Question 'Before: the services of the pool run: does it show every object: Status is Running?'
    Confirm-Harm -Harm 'writes the Response Groups of pool01.contoso.com and takes ownership of their contact objects in AD' -Name 'pool01.contoso.com'
    Import-CsRgsConfiguration -Destination 'service:ApplicationServer:pool01.contoso.com' -FileName 'C:\Restore\Rgs\pool01.contoso.com.zip' -OverwriteOwner -ReplaceExistingRgsSettings
    Get-CsRgsWorkflow -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll | Out-Host
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
    # To undo: none; import again from another set
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-backend/restore-rgs/rgs-verify.1' -Title 'Workflows' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsRgsWorkflow -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-backend/restore-rgs/rgs-verify.2' -Title 'Queues' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsRgsQueue -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-backend/restore-rgs/rgs-verify.3' -Title 'Agent groups' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsRgsAgentGroup -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-backend/restore-rgs/rgs-verify.4' -Title 'Business hours' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsRgsHoursOfBusiness -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-backend/restore-rgs/rgs-verify.5' -Title 'Holiday sets' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Get-CsRgsHolidaySet -Identity 'service:ApplicationServer:pool01.contoso.com' -ShowAll
}

# Left out: The Back End is restored: back end restore backend was chosen
# Left out: Restore the file store: the file store is elsewhere
# Left out: Set the file store's permissions: the file store is elsewhere
# Left out: Install the mirror databases, but those that are restored first: no database of this Back End comes back by a SQL restore
# Left out: Clean server with the same FQDN: no Edge Server
# Left out: Edge Server: name, gateway, routes: no Edge Server
# Left out: Step 1: Install Local Configuration Store: roles gui was not chosen
# Left out: Step 1: local configuration store: no Edge Server
# Left out: Assign the external certificate: no Edge Server
# Left out: Start every member: the target belongs to an Enterprise Edition Front End pool
# Left out: Restore Archiving and Monitoring data: no archiving or monitoring data on the Back End Server
# Left out: Restore Persistent Chat: the Persistent Chat database is elsewhere
# Left out: Mirror these databases again: no database of this Back End comes back by a SQL restore
# Left out: Restore a member server: no Kerberos account
Write-Host 'Afterwards: Sign in a test user and look at the contact list; for an Edge pool, from outside.'
Write-Host 'Afterwards: Run Get-CsManagementStoreReplicationStatus and Get-CsWindowsService once more after an hour.'
Write-Host 'Afterwards: Take a fresh backup into a new set.'
