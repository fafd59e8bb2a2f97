# Restore the server that hosts the Central Management store (restore-cms)
# After: Restoring the server hosting the Central Management store in Lync Server 2013
# Start it in the Lync Server Management Shell. It asks before every step; -From ID goes on at a step.
# Where Windows refuses to run it (execution policy, or the mark of a file from the web), start it with
#     powershell -ExecutionPolicy Bypass -File .\NAME-OF-THIS-FILE.ps1
# or take the mark away with
#     Unblock-File -LiteralPath .\NAME-OF-THIS-FILE.ps1
# It keeps a transcript and what was answered beside itself, or in the profile of the user if it lies in a backup set.
#requires -Version 3.0
[CmdletBinding()]
param(
    # Id of the step to begin with; those before it are passed over.
    [string] $From = ''
)
$ErrorActionPreference = 'Stop'
# How many values of a list are shown; the formatter asks for the global one, which Close-Record sets back.
$script:Limit = $global:FormatEnumerationLimit
if ($PSVersionTable.PSVersion.Major -gt 5) {
    $PSNativeCommandArgumentPassing = 'Legacy'
    $PSNativeCommandUseErrorActionPreference = $false
    Write-Warning ('This is PowerShell {0}. The Lync module needs Windows PowerShell:' -f $PSVersionTable.PSVersion)
    Write-Warning 'start this script with powershell.exe on the servers.'
}
$script:Waiting = ''
$script:Now = $null
$script:Doing = ''
$script:Run = 0
$script:Skipped = 0
$script:Passed = 0
$script:Transcript = ''
$script:Answers = ''
$script:Ended = $false

function Get-StartLine([string] $Id) {
    $program = if ($PSVersionTable.PSVersion.Major -gt 5) { 'pwsh' } else { 'powershell' }
    $step = if ($Id -match '^[\w./@-]+$') { $Id } else { '"{0}"' -f $Id }
    return '{0} -ExecutionPolicy Bypass -File "{1}" -From {2}' -f $program, $PSCommandPath, $step
}

# The message of an error, with the reasons inside it that it does not name itself.
function Get-Reason([object] $Failure) {
    $text = [string] $Failure
    $inner = $Failure.Exception.InnerException
    while ($null -ne $inner) {
        if (-not $text.Contains($inner.Message)) { $text = '{0} ({1})' -f $text, $inner.Message }
        $inner = $inner.InnerException
    }
    return $text
}

# One line of the file of answers, from which a new start knows where to go on.
function Add-Record([string] $Step, [string] $Asked, [string] $Answer) {
    if ($script:Answers -eq '') { return }
    $time = [DateTime]::Now.ToString('s', [System.Globalization.CultureInfo]::InvariantCulture)
    $line = [PSCustomObject] @{
        Time = $time; Plan = $script:Plan; Computer = [System.Net.Dns]::GetHostName(); Step = $Step
        Asked = $Asked; Answer = $Answer
    }
    try {
        $line | Export-Csv -LiteralPath $script:Answers -Append -NoTypeInformation -Encoding 'UTF8'
    } catch {
        Write-Warning ('Answers are no longer kept in {0}: {1}' -f $script:Answers, (Get-Reason -Failure $_))
        $script:Answers = ''
    }
}

function Read-Answer([string] $Question) {
    $answer = Read-Host -Prompt $Question
    if ($null -eq $answer) { throw ('Nobody is there to answer: {0}' -f $Question) }
    if ($null -ne $script:Now) { Add-Record -Step $script:Now.Id -Asked $Question -Answer $answer }
    return $answer
}

function Read-Choice([string] $Question) {
    while ($true) {
        $answer = Read-Answer -Question ('{0} (yes or no)' -f $Question)
        if (@('yes', 'no') -contains $answer) { return $answer -eq 'yes' }
    }
}

# The step at which the last run of this plan stopped; empty where it ran to its end or there was none.
function Get-Unfinished {
    if ($script:Answers -eq '' -or -not (Test-Path -LiteralPath $script:Answers)) { return '' }
    try {
        $all = @(Import-Csv -LiteralPath $script:Answers -Encoding 'UTF8')
    } catch {
        Write-Warning ('{0} cannot be read: {1}' -f $script:Answers, (Get-Reason -Failure $_))
        return ''
    }
    $last = $all | Where-Object -FilterScript { $_.Plan -eq $script:Plan } | Select-Object -Last 1
    if ($null -eq $last) { return '' }
    $at = [Array]::IndexOf($script:Steps, $last.Step)
    if ($at -ge 0 -and $last.Asked -eq 'ended' -and @('run', 'skipped') -contains $last.Answer) { $at++ }
    if ($at -lt 0 -or $at -ge $script:Steps.Count) { return '' }
    Write-Host ('The last run of this script stopped at step {0} ({1}, {2}).' -f $script:Steps[$at], $last.Time,
        $last.Computer)
    return $script:Steps[$at]
}

function Open-Record {
    $global:FormatEnumerationLimit = 100
    if ($From -ne '' -and $script:Steps -notcontains $From) {
        Write-Host ('There is no step {0}. The steps are:' -f $From) -ForegroundColor 'Red'
        foreach ($step in $script:Steps) { Write-Host ('    {0}' -f $step) }
        $script:Ended = $true
        exit 2
    }
    if ($PSCommandPath) {
        $folder = Split-Path -Parent -Path $PSCommandPath
        if (Test-Path -LiteralPath (Join-Path -Path $folder -ChildPath 'manifest.json')) {
            # Nothing may be added to a backup set.
            $folder = [Environment]::GetFolderPath('UserProfile')
        }
        $name = (Split-Path -Leaf -Path $PSCommandPath) -replace '\.ps1$', ''
        $base = Join-Path -Path $folder -ChildPath $name
        $script:Answers = '{0}.answers.csv' -f $base
        $time = [DateTime]::Now.ToString('yyyy-MM-dd_HHmmss', [System.Globalization.CultureInfo]::InvariantCulture)
        $path = '{0}.{1}.transcript.txt' -f $base, $time
        try {
            [void] (Start-Transcript -Path $path)
            $script:Transcript = $path
            Write-Host ('Transcript: {0}' -f $path)
        } catch {
            Write-Warning ('No transcript is kept: {0}' -f (Get-Reason -Failure $_))
        }
    }
    Write-Host ('{0} steps. It asks before each of them.' -f $script:Steps.Count)
    $script:Waiting = $From
    if ($From -eq '') {
        $step = Get-Unfinished
        if ($step -ne '' -and (Read-Choice -Question 'Go on there (yes), or begin with the first step (no)?')) {
            $script:Waiting = $step
        }
    }
}

# The step before is over; what it did, it did.
function Complete-Step {
    if ($null -ne $script:Now) {
        Add-Record -Step $script:Now.Id -Asked 'ended' -Answer $script:Now.Answer
        if ($script:Now.Answer -eq 'run') { $script:Run++ } else { $script:Skipped++ }
    }
    $script:Now = $null
    $script:Doing = ''
}

function Test-Step(
    [string] $Id, [string] $Title, [string] $RunOn, [string] $Account, [string] $Look = '', [string] $Undo = ''
) {
    if ($script:Waiting -ne '') {
        if ($Id -ne $script:Waiting) { $script:Passed++; return $false }
        $script:Waiting = ''
    }
    Complete-Step
    $script:Now = @{ Id = $Id; Title = $Title; RunOn = $RunOn; Look = $Look; Undo = $Undo; Answer = 'skipped' }
    Add-Record -Step $Id -Asked 'reached' -Answer ''
    Write-Host ''
    Write-Host ('{0}  {1}' -f $Id, $Title) -ForegroundColor 'Cyan'
    Write-Host ('Run it on {0} as {1}.' -f $RunOn, $Account)
    $computer = ([System.Net.Dns]::GetHostName() -split '\.')[0]
    if (($RunOn -split '[.\\]')[0] -ne $computer) {
        Write-Warning ('This is {0}. Start this script on {1} with -From {2};' -f $computer, $RunOn, $Id)
        Write-Warning 'or answer here, where the step may as well run from this computer.'
    }
    while ($true) {
        switch (Read-Answer -Question 'run, skip or quit') {
            'run' { $script:Now.Answer = 'run'; return $true }
            'skip' { return $false }
            'quit' {
                Write-Host ('Go on later with: {0}' -f (Get-StartLine -Id $Id))
                $script:Ended = $true
                exit 130
            }
        }
    }
}

function Invoke-Shown([scriptblock] $Command) {
    $script:Doing = $Command.ToString().Trim()
    Write-Host ('> {0}' -f $script:Doing) -ForegroundColor 'DarkGray'
    & $Command
}

function Confirm-Harm([string] $Harm, [string] $Name) {
    Write-Host ('DESTRUCTIVE: {0}' -f $Harm) -ForegroundColor 'Red'
    while ((Read-Answer -Question ('Type {0} to go on (Ctrl+C stops)' -f $Name)) -ne $Name) { }
}

function Confirm-Check([string] $Question) {
    if (-not (Read-Choice -Question $Question)) { throw ('The answer was no: {0}' -f $Question) }
}

function Confirm-Tolerated([object] $Failure, [string[]] $Words) {
    Write-Host ('Error: {0}' -f (Get-Reason -Failure $Failure)) -ForegroundColor 'Yellow'
    Write-Host ('It does not count if it has these words: {0}' -f ($Words -join ' / '))
    if (-not (Read-Choice -Question 'Does it not count?')) { throw $Failure }
}

function Assert-ExitCode([int] $Low, [int] $High) {
    if ($LASTEXITCODE -lt $Low -or $LASTEXITCODE -gt $High) {
        $success = if ($Low -eq $High) { "$Low means" } else { "$Low to $High mean" }
        throw ('Exit code {0}; {1} success.' -f $LASTEXITCODE, $success)
    }
}

function Show-Failure([object] $Failure) {
    Write-Host ''
    if ($null -eq $script:Now) {
        Write-Host ('STOPPED: {0}' -f (Get-Reason -Failure $Failure)) -ForegroundColor 'Red'
        return
    }
    Write-Host ('STOPPED at step {0}: {1}' -f $script:Now.Id, $script:Now.Title) -ForegroundColor 'Red'
    if ($script:Doing -ne '') { Write-Host ('What ran: {0}' -f $script:Doing) }
    Write-Host ('Error: {0}' -f (Get-Reason -Failure $Failure)) -ForegroundColor 'Red'
    Add-Record -Step $script:Now.Id -Asked 'ended' -Answer ('error: {0}' -f (Get-Reason -Failure $Failure))
    if ($script:Now.Look -ne '') {
        Write-Host ('Look at: {0}.' -f $script:Now.Look)
    } else {
        Write-Host ('Look at: the error above, and the event logs of {0} at this time.' -f $script:Now.RunOn)
    }
    if ($script:Now.Undo -ne '') { Write-Host ('To undo: {0}' -f $script:Now.Undo) }
    Write-Host ('When it is fixed, go on with: {0}' -f (Get-StartLine -Id $script:Now.Id))
}

function Complete-Record {
    Complete-Step
    Add-Record -Step '' -Asked 'ended' -Answer 'finished'
    $script:Ended = $true
    Write-Host ('Finished: {0} steps run, {1} skipped, {2} passed over before the first.' -f $script:Run, $script:Skipped,
        $script:Passed) -ForegroundColor 'Green'
}

function Close-Record {
    $interrupted = -not $script:Ended
    if ($interrupted -and $null -ne $script:Now) {
        Write-Host ''
        Write-Host ('INTERRUPTED at step {0}: {1}' -f $script:Now.Id, $script:Now.Title) -ForegroundColor 'Red'
        if ($script:Doing -ne '') { Write-Host ('What ran: {0}' -f $script:Doing) }
        Write-Host ('Go on with: {0}' -f (Get-StartLine -Id $script:Now.Id))
    }
    if ($script:Answers -ne '' -and (Test-Path -LiteralPath $script:Answers)) {
        Write-Host ('Answers: {0}' -f $script:Answers)
    }
    if ($script:Transcript -ne '') {
        Write-Host ('Transcript: {0}' -f $script:Transcript)
        [void] (Stop-Transcript)
    }
    $global:FormatEnumerationLimit = $script:Limit
    if ($interrupted) { exit 130 }
}

function Read-Value([string] $Question) {
    $values = @()
    while ($true) {
        $line = Read-Answer -Question ('{0}: one value a line, an empty line ends' -f $Question)
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

$script:Plan = 'restore-cms'
$script:Steps = @(
    'prepare/prep-decide',
    'prepare/prep-ad',
    'cms-rescue-failover.1',
    'cms-rescue-failover.2',
    'cms-rescue-failover.3',
    'cms-rescue-tsql.1',
    'cms-rescue-tsql.2',
    'cms-rescue-tsql.3',
    'cms-rescue-tsql.4',
    'cms-rescue-export.1',
    'cms-rescue-export.2',
    'cms-rescue-export.3',
    'cms-rescue-export.4',
    'cms-rescue-export.5',
    'cms-rescue-export.6',
    'cms-rescue-export.7',
    'cms-rescue-mirror.1',
    'cms-rescue-mirror.2',
    'cms-rescue-mirror.3',
    'cms-rescue-proof',
    'cms-bare.1',
    'cms-bare.2',
    'cms-bare.3',
    'cms-bare.4',
    'cms-bare.5',
    'cms-registry.1',
    'cms-registry.2',
    'cms-registry.3',
    'cms-registry.4',
    'cms-filestore.1',
    'cms-filestore.2',
    'cms-se-prepare',
    'cms-sql.1',
    'cms-sql.2',
    'cms-shell.1',
    'cms-shell.2',
    'cms-local-store.1',
    'cms-local-store.2',
    'cms-local-store.3',
    'cms-local-store.4',
    'cms-local-store.5',
    'cms-unmirror.1',
    'cms-unmirror.2',
    'cms-unmirror.3',
    'cms-unmirror.4',
    'cms-create',
    'cms-scp.1',
    'cms-scp.2',
    'cms-import.1',
    'cms-import.2',
    'cms-import.3',
    'cms-import.4',
    'cms-from-bak.1',
    'cms-from-bak.2',
    'cms-enable.1',
    'cms-enable.2',
    'cms-fe-stop.1',
    'cms-fe-stop.2',
    'cms-databases.1',
    'cms-databases.2',
    'cms-databases.3',
    'cms-databases.4',
    'cms-databases.5',
    'cms-databases.6',
    'cms-databases.7',
    'cms-databases.8',
    'cms-databases.9',
    'cms-scp-mirror',
    'cms-wizard.1',
    'cms-wizard.2',
    'cms-wizard.3',
    'cms-wizard.4',
    'cms-wizard.5',
    'cms-wizard.6',
    'cms-wizard.7',
    'cms-userdata.1',
    'cms-userdata.2',
    'cms-userdata.3',
    'cms-userdata.4',
    'cms-userdata.5',
    'cms-userdata.6',
    'cms-userdata.7',
    'cms-lis.1',
    'cms-lis.2',
    'cms-lis.3',
    'cms-lis.4',
    'restore-rgs/rgs-import.1',
    'restore-rgs/rgs-import.2',
    'restore-rgs/rgs-verify.1',
    'restore-rgs/rgs-verify.2',
    'restore-rgs/rgs-verify.3',
    'restore-rgs/rgs-verify.4',
    'restore-rgs/rgs-verify.5',
    'restore-archmon/ma-recreate',
    'restore-archmon/ma-device',
    'restore-archmon/ma-options',
    'restore-archmon/ma-acl',
    'restore-archmon/restore-pchat/pc-recreate',
    'restore-archmon/restore-pchat/pc-stop.1',
    'restore-archmon/restore-pchat/pc-stop.2',
    'restore-archmon/restore-pchat/pc-sql.1',
    'restore-archmon/restore-pchat/pc-sql.2',
    'restore-archmon/restore-pchat/pc-sql.3',
    'restore-archmon/restore-pchat/pc-save.1',
    'restore-archmon/restore-pchat/pc-save.2',
    'restore-archmon/restore-pchat/pc-import.1',
    'restore-archmon/restore-pchat/pc-import.2',
    'restore-archmon/restore-pchat/pc-import.3',
    'restore-archmon/restore-pchat/pc-import.4',
    'restore-archmon/restore-pchat/pc-start.1',
    'restore-archmon/restore-pchat/pc-start.2',
    'restore-archmon/restore-pchat/pc-start.3',
    'restore-archmon/restore-pchat/pc-start.4',
    'restore-archmon/ma-reports',
    'restore-pchat/pc-recreate',
    'restore-pchat/pc-stop.1',
    'restore-pchat/pc-stop.2',
    'restore-pchat/pc-sql.1',
    'restore-pchat/pc-sql.2',
    'restore-pchat/pc-sql.3',
    'restore-pchat/pc-save.1',
    'restore-pchat/pc-save.2',
    'restore-pchat/pc-import.1',
    'restore-pchat/pc-import.2',
    'restore-pchat/pc-import.3',
    'restore-pchat/pc-import.4',
    'restore-pchat/pc-start.1',
    'restore-pchat/pc-start.2',
    'restore-pchat/pc-start.3',
    'restore-pchat/pc-start.4',
    'cms-mirror-archmon.1',
    'cms-mirror-archmon.2',
    'cms-mirror-restart.1',
    'cms-mirror-restart.2',
    'cms-mirror-restart.3',
    'cms-kerberos.1',
    'cms-kerberos.2',
    'cms-kerberos.3',
    'cms-final.1',
    'cms-final.2',
    'cms-accept.1.1',
    'cms-accept.1.2',
    'cms-accept.1.3',
    'cms-accept.1.4',
    'cms-accept.1.5',
    'cms-accept.1.6',
    'cms-accept.2',
    'cms-accept.2.1',
    'cms-accept.2.2',
    'cms-accept.2.3',
    'cms-accept.2.4',
    'cms-accept.2.5',
    'cms-accept.2.6',
    'cms-failback.1'
)

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
    '<BackupSet:Schannel>',
    '<BackupSet:Schannel:name>',
    '<BackupSet:DfsLoopback>',
    '<BackupSet:DfsLoopback:name>',
    '<BackupSet:FileStore>',
    '<FileStoreLocalPath>',
    '<ShareName>',
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
    '<FirstMemberFqdn>',
    '<PoolFrontEnds>',
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
    '<SiteName>',
    '<TriedServerFqdn>',
    '<TriedPoolFqdn>',
    '<TestUser1Sip>',
    '<TestUser2Sip>',
    '<FailedPoolServerFqdn>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}
# Decide first: Is the user store lost with the server? yes, the server is gone and rebuilt / no, the server works; only the store is lost or corrupt
# Decide first: Does the partner of the pool serve its users at the moment? no, or the pool is not paired / yes, they are failed over
# Decide first: Does another Lync server with the management shell still work? yes, and it has a replica of the configuration / no, this is the only one
# Decide first: Where does the configuration come from? the export of the backup set, or the new one of the surviving mirror / the replica of the working server, because it is newer or there is no export / the SQL backups xds and lis of the surviving mirror, because nothing could be exported
# Decide first: Which side of a mirrored Central Management store is lost? both, or it is not mirrored / only the primary, its mirror works
# Decide first: How is a surviving mirror brought into service? by Invoke-CsDatabaseFailover / by SQL Server, because the cmdlet fails and the witness is off or connected to the mirror / by SQL Server, ending the mirroring, because nothing else works
# Decide first: Which exports are restored after a rescue? the new ones of the surviving mirror / those of the backup set
# Decide first: How are the other databases of a Back End Server created? by Install-CsDatabase / in Topology Builder
# Decide first: How are the mirror databases created? Install-CsMirrorDatabase / Topology Builder, Install Database
# Decide first: Restore the application settings of Response Group (music on hold, ring-back) too? yes, as in the backup / no, keep the pool's own
# Decide first: Do the archiving and monitoring databases exist on their SQL server? no, the server or a database was lost / yes, or they have been re-created already
# Decide first: How are the archiving and monitoring databases re-created? Install-CsDatabase / Topology Builder, Install Database
# Decide first: Is the Persistent Chat database (mgc) restored in the same run? no, it is intact / yes, by the method it was backed up with
# Decide first: Were SQL Server Reporting Services or their database lost? no, or there are no Monitoring Reports / yes
# Decide first: Does the database mgc exist on its SQL server? no, the server or the database was lost / yes, or it has been re-created already
# Decide first: How is the Persistent Chat database re-created? Install-CsDatabase / Topology Builder, Install Database
# Decide first: With whom is the pool tried at the end? a person signs in and tries / the test accounts of Get-CsHealthMonitoringConfiguration

try {
Open-Record

# ---- Prepare
if (Test-Step -Id 'prepare/prep-decide' -Title 'Decide what to restore' -RunOn '<PoolFqdn>' -Account 'lync-admin') {
    # Note: Restore only when troubleshooting has failed; a restore costs downtime and everything since the backup.
    # Note: The person named in the plan decides. Have media, keys, certificates and the worksheets ready before you continue.
    Write-Host 'Decide: Decide what to restore (restore)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Prepare
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if not: both sides of the mirrored Central Management store are lost
# Only if a domain controller is recorded
# Only if not: the target is an Edge Server
if (Test-Step -Id 'prepare/prep-ad' -Title 'Keep the AD computer account: <CmsSqlServerFqdn>' -RunOn '<DomainControllerFqdn>' -Account 'domain-admin' -Look 'on <DomainControllerFqdn> run: Get-ADComputer -Identity ''<ServerName of CmsSqlServerFqdn>'' -Properties @(''MemberOf'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Enabled is True; for each of them one object: MemberOf names <ComputerGroups>, the step has had its effect') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: A server that runs Lync is in groups whose names begin with RTC; compare it with another server of its role.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of <CmsSqlServerFqdn> when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ADComputer -Identity '<ServerName of CmsSqlServerFqdn>' -Properties @('MemberOf') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True; for each of them one object: MemberOf names <ComputerGroups>?'
}

# ---- Prepare both sides
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if both sides of the mirrored Central Management store are lost
# Only if a domain controller is recorded
# Only if not: the target is an Edge Server
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'prepare/prep-ad' -Title 'Keep the AD computer account' -RunOn '<DomainControllerFqdn>' -Account 'domain-admin' -Look 'on <DomainControllerFqdn> run: Get-ADComputer -Identity ''<ServerName>'' -Properties @(''MemberOf'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Enabled is True; for each of them one object: MemberOf names <ComputerGroups>, the step has had its effect') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: A server that runs Lync is in groups whose names begin with RTC; compare it with another server of its role.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of <ServerFqdn> when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ADComputer -Identity '<ServerName>' -Properties @('MemberOf') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True; for each of them one object: MemberOf names <ComputerGroups>?'
}

# ---- Bring the surviving mirror into service
# Only if only the primary side of the mirrored Central Management store is lost
# Only if not: the mirror has a witness
# Only if How is a surviving mirror brought into service? by Invoke-CsDatabaseFailover
if (Test-Step -Id 'cms-rescue-failover.1' -Title 'Check the mirroring state from the local replica' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -LocalStore | Format-List -Property '*' | Out-Host }
}

# ---- Bring the surviving mirror into service
# Only if only the primary side of the mirrored Central Management store is lost
# Only if not: the mirror has a witness
# Only if How is a surviving mirror brought into service? by Invoke-CsDatabaseFailover
# Only if for each <DatabaseType> of rescued database types
if (Test-Step -Id 'cms-rescue-failover.2' -Title 'Make the mirror the principal by force' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-CsDatabaseMirrorState -PoolFqdn ''<TypePoolFqdn>'' -DatabaseType ''<DatabaseType>'' -LocalStore | Format-List -Property ''*'' | Out-Host; if it shows every object: StateOnMirror is Principal, the step has had its effect' -Undo 'none while the old primary is off') {
    # Note: The failed primary is off and stays off.
    # Note: Where this fails, stop and plan again with rescue-way force or recover (cms-rescue-tsql).
    Write-Host 'On <CmsMirrorInstance> as sql-admin run: sqlcmd ''-S'' ''<CmsMirrorInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host'
    Confirm-Check -Question 'Before: the mirror answers: does it show the number of objects is 1?'
    Confirm-Harm -Harm 'makes the mirror of the <DatabaseType> databases the principal by force; last transactions may be lost' -Name '<CmsMirrorSqlServerFqdn>'
    Invoke-Shown -Command { Invoke-CsDatabaseFailover -PoolFqdn '<TypePoolFqdn>' -DatabaseType '<DatabaseType>' -NewPrincipal 'Mirror' -Force -LocalStore -Verbose -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -PoolFqdn '<TypePoolFqdn>' -DatabaseType '<DatabaseType>' -LocalStore | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: StateOnMirror is Principal?'
    # To undo: none while the old primary is off
}

# ---- Bring the surviving mirror into service
# Only if only the primary side of the mirrored Central Management store is lost
# Only if not: the mirror has a witness
# Only if How is a surviving mirror brought into service? by Invoke-CsDatabaseFailover
if (Test-Step -Id 'cms-rescue-failover.3' -Title 'Check that the configuration can be read again' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    # Note: Where it cannot, look whether Get-CsConfigurationStoreLocation names the mirror; if not, Set-CsConfigurationStoreLocation with the mirror's parameters (cms-scp-mirror).
    Invoke-Shown -Command { Get-CsTopology | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Bring the surviving mirror into service in SQL Server
# Only if only the primary side of the mirrored Central Management store is lost
# Only if not: rescue way cmdlet
if (Test-Step -Id 'cms-rescue-tsql.1' -Title 'Check the mirroring state' -RunOn '<CmsMirrorInstance>' -Account 'sql-admin') {
    Invoke-Shown -Command { sqlcmd '-S' '<CmsMirrorInstance>' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Bring the surviving mirror into service in SQL Server
# Only if only the primary side of the mirrored Central Management store is lost
# Only if not: rescue way cmdlet
# Only if How is a surviving mirror brought into service? by SQL Server, because the cmdlet fails and the witness is off or connected to the mirror
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'cms-rescue-tsql.2' -Title 'Force service on the mirror' -RunOn '<DatabaseMirror>' -Account 'sql-admin' -Look 'on <DatabaseMirror> run: sqlcmd ''-S'' ''<DatabaseMirror>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows at least one object: database_name is <DatabaseName> and mirroring_role_desc is PRINCIPAL, the step has had its effect' -Undo 'none while the old primary is off') {
    Confirm-Harm -Harm 'forces <DatabaseName> into service on the mirror; last transactions may be lost' -Name '<CmsMirrorSqlServerFqdn>'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseMirror>' '-E' '-b' '-x' '-Q' 'USE [master];
ALTER DATABASE [<DatabaseName>] SET PARTNER FORCE_SERVICE_ALLOW_DATA_LOSS;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseMirror>' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: database_name is <DatabaseName> and mirroring_role_desc is PRINCIPAL?'
    # To undo: none while the old primary is off
}

# ---- Bring the surviving mirror into service in SQL Server
# Only if only the primary side of the mirrored Central Management store is lost
# Only if not: rescue way cmdlet
# Only if How is a surviving mirror brought into service? by SQL Server, ending the mirroring, because nothing else works
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'cms-rescue-tsql.3' -Title 'End mirroring of the database: <CmsMirrorSqlServerFqdn>' -RunOn '<ServerInstance of CmsMirrorSqlServerFqdn>' -Account 'sql-admin' -Look 'on <ServerInstance of CmsMirrorSqlServerFqdn> run: sqlcmd ''-S'' ''<ServerInstance of CmsMirrorSqlServerFqdn>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows no object: database_name is <DatabaseName>, the step has had its effect' -Undo 'none; the mirror is re-created later') {
    # Note: Nothing is sent if the database is no longer mirrored.
    Confirm-Harm -Harm 'ends the mirroring of <DatabaseName>; transactions the lost principal had not sent are lost' -Name '<CmsMirrorSqlServerFqdn>'
    Invoke-Shown -Command { sqlcmd '-S' '<ServerInstance of CmsMirrorSqlServerFqdn>' '-E' '-b' '-x' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''<DatabaseName>'')) ALTER DATABASE [<DatabaseName>] SET PARTNER OFF;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<ServerInstance of CmsMirrorSqlServerFqdn>' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show no object: database_name is <DatabaseName>?'
    # To undo: none; the mirror is re-created later
}

# ---- Bring the surviving mirror into service in SQL Server
# Only if only the primary side of the mirrored Central Management store is lost
# Only if not: rescue way cmdlet
# Only if How is a surviving mirror brought into service? by SQL Server, ending the mirroring, because nothing else works
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'cms-rescue-tsql.4' -Title 'Bring the database online: <CmsMirrorSqlServerFqdn>' -RunOn '<ServerInstance of CmsMirrorSqlServerFqdn>' -Account 'sql-admin' -Look 'on <ServerInstance of CmsMirrorSqlServerFqdn> run: sqlcmd ''-S'' ''<ServerInstance of CmsMirrorSqlServerFqdn>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''''<DatabaseName>'''';'' | Out-Host; if it shows every object: state_desc is ONLINE, the step has had its effect') {
    # Note: Only a database that shows RESTORING, because it was the mirror, is recovered.
    Invoke-Shown -Command { sqlcmd '-S' '<ServerInstance of CmsMirrorSqlServerFqdn>' '-E' '-b' '-x' '-Q' 'USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''RESTORING'') RESTORE DATABASE [<DatabaseName>] WITH RECOVERY;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<ServerInstance of CmsMirrorSqlServerFqdn>' '-E' '-b' '-x' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''<DatabaseName>'';' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE?'
}

# ---- Export current data from the surviving mirror
# Only if only the primary side of the mirrored Central Management store is lost
if (Test-Step -Id 'cms-rescue-export.1' -Title 'Create a new folder for the rescued data' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Test-Path -LiteralPath ''<RescueSet>'' | Out-Host; if it shows every object: the value is True, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<RescueSet>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Test-Path -LiteralPath '<RescueSet>' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: the value is True?'
}

# ---- Export current data from the surviving mirror
# Only if only the primary side of the mirrored Central Management store is lost
if (Test-Step -Id 'cms-rescue-export.2' -Title 'Create the local folders' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path @('C:\Rescue\UserData', 'C:\Rescue\Rgs') -Force -Confirm:$false | Out-Host }
}

# ---- Export current data from the surviving mirror
# Only if only the primary side of the mirrored Central Management store is lost
# Only if not: the configuration comes from SQL backups of the surviving mirror
if (Test-Step -Id 'cms-rescue-export.3' -Title 'Export the configuration' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-Item -LiteralPath ''C:\Rescue\Config.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    # Note: Where the store cannot be read at all, cms-local-store is the next best source.
    Invoke-Shown -Command { Test-Path -LiteralPath 'C:\Rescue\Config.zip' | Out-Host }
    Confirm-Check -Question 'Before: there is no such file yet; rename what an earlier try left: does it show every object: the value is False?'
    Invoke-Shown -Command { Export-CsConfiguration -FileName 'C:\Rescue\Config.zip' | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Rescue\Config.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Export current data from the surviving mirror
# Only if only the primary side of the mirrored Central Management store is lost
# Only if not: the configuration comes from SQL backups of the surviving mirror
if (Test-Step -Id 'cms-rescue-export.4' -Title 'Export the location information' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-Item -LiteralPath ''C:\Rescue\E911Config.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    Invoke-Shown -Command { Export-CsLisConfiguration -FileName 'C:\Rescue\E911Config.zip' | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Rescue\E911Config.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Export current data from the surviving mirror
# Only if only the primary side of the mirrored Central Management store is lost
if (Test-Step -Id 'cms-rescue-export.5' -Title 'Export the user data' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-Item -LiteralPath ''C:\Rescue\UserData\<PoolFqdn>.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    # Note: What users change after this is lost when both sides are rebuilt; warn them, or stop the services first.
    Invoke-Shown -Command { Test-Path -LiteralPath 'C:\Rescue\UserData\<PoolFqdn>.zip' | Out-Host }
    Confirm-Check -Question 'Before: there is no such file yet; rename what an earlier try left: does it show every object: the value is False?'
    Invoke-Shown -Command { Export-CsUserData -PoolFqdn '<PoolFqdn>' -FileName 'C:\Rescue\UserData\<PoolFqdn>.zip' | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Rescue\UserData\<PoolFqdn>.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Export current data from the surviving mirror
# Only if only the primary side of the mirrored Central Management store is lost
# Only if Response Group is deployed on the pool, or the set holds its export
if (Test-Step -Id 'cms-rescue-export.6' -Title 'Export the Response Group configuration' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-Item -LiteralPath ''C:\Rescue\Rgs\<PoolFqdn>.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    Invoke-Shown -Command { Export-CsRgsConfiguration -Source '<RgsServiceId>' -FileName 'C:\Rescue\Rgs\<PoolFqdn>.zip' | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Rescue\Rgs\<PoolFqdn>.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Export current data from the surviving mirror
# Only if only the primary side of the mirrored Central Management store is lost
if (Test-Step -Id 'cms-rescue-export.7' -Title 'Copy everything into the rescue set' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-ChildItem -LiteralPath ''<RescueSet>'' -Recurse -File | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is at least the Files that the step reads first, the step has had its effect') {
    Invoke-Shown -Command { Get-ChildItem -LiteralPath 'C:\Rescue' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    $Read_Files = Read-Value -Question 'Count (from <ShellFqdn>)'
    Invoke-Shown -Command { robocopy 'C:\Rescue' '<RescueSet>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { Get-ChildItem -LiteralPath '<RescueSet>' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Count is at least <Read:Files>?'.Replace('<Read:Files>', ($Read_Files -join ', ')))
}

# ---- Back up the databases of the surviving mirror
# Only if only the primary side of the mirrored Central Management store is lost
if (Test-Step -Id 'cms-rescue-mirror.1' -Title 'Create the folder for the SQL backups' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>' -Force -Confirm:$false | Out-Host }
}

# ---- Back up the databases of the surviving mirror
# Only if only the primary side of the mirrored Central Management store is lost
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'cms-rescue-mirror.2' -Title 'Back up the database' -RunOn '<DatabaseMirror>' -Account 'sql-admin' -Look 'on <DatabaseMirror> run: sqlcmd ''-S'' ''<DatabaseMirror>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''''<DatabaseName>'''' AND f.physical_device_name = N''''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\<DatabaseName>.bak'''' ORDER BY s.backup_set_id DESC;'' | Out-Host; if it shows every object: BackupId is above what it was just before this step, the step has had its effect') {
    # Note: A database that is still a mirror cannot be backed up; it must be principal or no longer mirrored.
    # Note: The SQL service account, or the computer account of its server, needs write permission on the share.
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseMirror>' '-E' '-b' '-x' '-Q' 'BACKUP DATABASE [<DatabaseName>] TO DISK = N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\<DatabaseName>.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseMirror>' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''<DatabaseName>'' AND f.physical_device_name = N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\<DatabaseName>.bak'' ORDER BY s.backup_set_id DESC;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: BackupId is above what it was just before this step?'
}

# ---- Back up the databases of the surviving mirror
# Only if only the primary side of the mirrored Central Management store is lost
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'cms-rescue-mirror.3' -Title 'Verify the backup (RESTORE VERIFYONLY)' -RunOn '<DatabaseMirror>' -Account 'sql-admin') {
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseMirror>' '-E' '-b' '-x' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\<DatabaseName>.bak'' WITH CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Are the exports and backups usable?
# Only if only the primary side of the mirrored Central Management store is lost
if (Test-Step -Id 'cms-rescue-proof' -Title 'Are the exports and backups usable?' -RunOn '<CmsMirrorSqlServerFqdn>' -Account 'lync-admin') {
    # Note: Answer only when every export of cms-rescue-export opens and is plausible, every file of cms-rescue-mirror has passed its verification (better still, xds and one user database were restored under other names elsewhere), and all of it lies on a machine outside the pool.
    # Note: Until then the surviving side is not wiped, not reinstalled, and its databases are not dropped.
    Write-Host 'Decide: Are the exports and backups usable? (good)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- New Windows installation with the same FQDN
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-bare.1' -Title 'Install Windows with the original computer name: <CmsSqlServerFqdn>' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin' -Look 'on <CmsSqlServerFqdn> run: Get-CimInstance -ClassName ''Win32_ComputerSystem'' | Format-List -Property ''*'' | Out-Host; if it shows every object: DNSHostName is <ServerName of CmsSqlServerFqdn> and PartOfDomain is True and Domain is <DnsDomain>, the step has had its effect' -Undo 'none; all data on the disks is lost') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Harm -Harm 'the disks of the computer that becomes <CmsSqlServerFqdn> are wiped' -Name '<CmsSqlServerFqdn>'
    Write-Host 'Install Windows on the replacement computer with the name <CmsSqlServerFqdn>: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_ComputerSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is <ServerName of CmsSqlServerFqdn> and PartOfDomain is True and Domain is <DnsDomain>?'
    # To undo: none; all data on the disks is lost
}

# ---- New Windows installation with the same FQDN
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-bare.2' -Title 'Check that name and DNS suffix match the topology: <CmsSqlServerFqdn>' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
}

# ---- New Windows installation with the same FQDN
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-bare.3' -Title 'Check that nothing of an earlier Lync installation is left: <CmsSqlServerFqdn>' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin') {
    # Note: Never restore onto an existing Lync installation.
    try { Invoke-Shown -Command { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') | Format-List -Property '*' | Out-Host } } catch { Confirm-Tolerated -Failure $_ -Words @('Cannot find any service') }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- New Windows installation with the same FQDN
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-bare.4' -Title 'Restore or re-enrol the certificates: <CmsSqlServerFqdn>' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin' -Look 'on <CmsSqlServerFqdn> run: Get-ChildItem -Path ''Cert:\LocalMachine\My'' | Select-Object -Property @(''Subject'', ''HasPrivateKey'', ''DnsNameList'') | Format-List -Property ''*'' | Out-Host; if it shows at least one object: HasPrivateKey is True and DnsNameList contains <CmsSqlServerFqdn>, the step has had its effect') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ChildItem -Path 'Cert:\LocalMachine\My' | Select-Object -Property @('Subject', 'HasPrivateKey', 'DnsNameList') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains <CmsSqlServerFqdn>?'
}

# ---- New Windows installation with the same FQDN
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-bare.5' -Title 'Take a system image: <CmsSqlServerFqdn>' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- New Windows installation of the Back End Server with the same FQDN
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if not: both sides of the mirrored Central Management store are lost
if (Test-Step -Id 'cms-bare.1' -Title 'Install Windows with the original computer name: <CmsSqlServerFqdn>' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin' -Look 'on <CmsSqlServerFqdn> run: Get-CimInstance -ClassName ''Win32_ComputerSystem'' | Format-List -Property ''*'' | Out-Host; if it shows every object: DNSHostName is <ServerName of CmsSqlServerFqdn> and PartOfDomain is True and Domain is <DnsDomain>, the step has had its effect' -Undo 'none; all data on the disks is lost') {
    Confirm-Harm -Harm 'the disks of the computer that becomes <CmsSqlServerFqdn> are wiped' -Name '<CmsSqlServerFqdn>'
    Write-Host 'Install Windows on the replacement computer with the name <CmsSqlServerFqdn>: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches; leave the Windows Firewall on.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_ComputerSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is <ServerName of CmsSqlServerFqdn> and PartOfDomain is True and Domain is <DnsDomain>?'
    # To undo: none; all data on the disks is lost
}

# ---- New Windows installation of the Back End Server with the same FQDN
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if not: both sides of the mirrored Central Management store are lost
if (Test-Step -Id 'cms-bare.2' -Title 'Check that name and DNS suffix are the original ones: <CmsSqlServerFqdn>' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
}

# ---- New Windows installation of the Back End Server with the same FQDN
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if not: both sides of the mirrored Central Management store are lost
if (Test-Step -Id 'cms-bare.3' -Title 'Take a system image: <CmsSqlServerFqdn>' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, before anything is restored, and check that it can be read. With it you can return to this state.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- New Windows installation of the Back End Servers of both sides
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if both sides of the mirrored Central Management store are lost
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'cms-bare.1' -Title 'Install Windows with the original computer name' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CimInstance -ClassName ''Win32_ComputerSystem'' | Format-List -Property ''*'' | Out-Host; if it shows every object: DNSHostName is <ServerName> and PartOfDomain is True and Domain is <DnsDomain>, the step has had its effect' -Undo 'none; all data on the disks is lost') {
    Confirm-Harm -Harm 'the disks of the computer that becomes <ServerFqdn> are wiped' -Name '<ServerFqdn>'
    Write-Host 'Install Windows on the replacement computer with the name <ServerFqdn>: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches; leave the Windows Firewall on.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_ComputerSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is <ServerName> and PartOfDomain is True and Domain is <DnsDomain>?'
    # To undo: none; all data on the disks is lost
}

# ---- New Windows installation of the Back End Servers of both sides
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if both sides of the mirrored Central Management store are lost
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'cms-bare.2' -Title 'Check that name and DNS suffix are the original ones' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
}

# ---- New Windows installation of the Back End Servers of both sides
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if both sides of the mirrored Central Management store are lost
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'cms-bare.3' -Title 'Take a system image' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, before anything is restored, and check that it can be read. With it you can return to this state.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Put back saved registry values
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if the set holds the Schannel values of the server
if (Test-Step -Id 'cms-registry.1' -Title 'Copy the saved Schannel values to the server' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: certutil ''-hashfile'' ''C:\Restore\Schannel-<BackupSet:Schannel:name>'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:Schannel:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Restore' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:Schannel>' -Destination 'C:\Restore\Schannel-<BackupSet:Schannel:name>' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\Schannel-<BackupSet:Schannel:name>' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:Schannel:sha256>?'
}

# ---- Put back saved registry values
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if the set holds the Schannel values of the server
if (Test-Step -Id 'cms-registry.2' -Title 'Put back the Schannel values that differ' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: reg ''query'' ''HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL'' ''/s'' | Out-Host; if it shows for each of them one object: the value contains <BackupSet:Schannel:values>, the step has had its effect' -Undo 'set each value manually to what the confirmation showed') {
    # Note: Values that the new Windows has beside them stay. A value that only this server must not have is left out by skipping this step with a reason.
    # Note: Schannel reads its protocols when Windows starts; restart the server before Lync is installed.
    Confirm-Check -Question 'Before: what differs from the saved values?'
    Invoke-Shown -Command { reg 'import' 'C:\Restore\Schannel-<BackupSet:Schannel:name>' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { reg 'query' 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL' '/s' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: the value contains <BackupSet:Schannel:values>?'
    # To undo: set each value manually to what the confirmation showed
}

# ---- Put back saved registry values
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if the file store is reached through a DFS namespace of the domain
# Only if the set holds the DFS value of the server
if (Test-Step -Id 'cms-registry.3' -Title 'Copy the saved DFS value to the server' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: certutil ''-hashfile'' ''C:\Restore\DfsLoopback-<BackupSet:DfsLoopback:name>'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:DfsLoopback:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Restore' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:DfsLoopback>' -Destination 'C:\Restore\DfsLoopback-<BackupSet:DfsLoopback:name>' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\DfsLoopback-<BackupSet:DfsLoopback:name>' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:DfsLoopback:sha256>?'
}

# ---- Put back saved registry values
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if the file store is reached through a DFS namespace of the domain
# Only if the set holds the DFS value of the server
if (Test-Step -Id 'cms-registry.4' -Title 'Put back EnableDfsLoopbackTargets' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: reg ''query'' ''HKLM\SYSTEM\CurrentControlSet\Services\Mup\Parameters'' ''/s'' | Out-Host; if it shows for each of them one object: the value contains <BackupSet:DfsLoopback:values>, the step has had its effect' -Undo 'set each value manually to what the confirmation showed') {
    # Note: A server that is itself a target of the DFS folder with the file store reaches it only with this value.
    Confirm-Check -Question 'Before: what differs from the saved values?'
    Invoke-Shown -Command { reg 'import' 'C:\Restore\DfsLoopback-<BackupSet:DfsLoopback:name>' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { reg 'query' 'HKLM\SYSTEM\CurrentControlSet\Services\Mup\Parameters' '/s' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: the value contains <BackupSet:DfsLoopback:values>?'
    # To undo: set each value manually to what the confirmation showed
}

# ---- Restore the file store
# Only if what else lay on the server of the Central Management store is restored
# Only if the file store lies on the server that held the CMS
# Only if the set holds this pool's file store
if (Test-Step -Id 'cms-filestore.1' -Title 'Copy the file store back' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin' -Look 'on <CmsSqlServerFqdn> run: Get-ChildItem -LiteralPath ''<FileStoreLocalPath>'' -Recurse -File | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is at least <BackupSet:FileStore:files>, the step has had its effect' -Undo 'none') {
    # Note: Path and file names must be exactly as backed up; the permissions follow in cms-enable.
    Confirm-Harm -Harm 'overwrites files in <FileStoreLocalPath> on <CmsSqlServerFqdn>' -Name '<CmsSqlServerFqdn>'
    Invoke-Shown -Command { robocopy '<BackupSet:FileStore>' '<FileStoreLocalPath>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' '/XF' 'Meeting.Active' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { Get-ChildItem -LiteralPath '<FileStoreLocalPath>' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Count is at least <BackupSet:FileStore:files>?'
    # To undo: none
}

# ---- Restore the file store
# Only if what else lay on the server of the Central Management store is restored
# Only if the file store lies on the server that held the CMS
# Only if the set holds this pool's file store
if (Test-Step -Id 'cms-filestore.2' -Title 'Share the folder' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin' -Look 'on <CmsSqlServerFqdn> run: net ''share'' ''<ShareName>'' | Out-Host; if it shows at least one object: the value contains <FileStoreLocalPath>, the step has had its effect' -Undo 'net share <ShareName> /DELETE') {
    Invoke-Shown -Command { net 'share' '<ShareName>=<FileStoreLocalPath>' '/GRANT:Administrators,FULL' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { net 'share' '<ShareName>' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <FileStoreLocalPath>?'
    # To undo: net share <ShareName> /DELETE
}

# ---- Prepare first Standard Edition server
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-se-prepare' -Title 'Prepare first Standard Edition server' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin' -Look 'on <CmsInstance> run: sqlcmd ''-S'' ''<CmsInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host; if it shows the number of objects is 1, the step has had its effect') {
    # Note: It may take long without visible progress; watch Task Manager.
    Write-Host 'On <CmsSqlServerFqdn> start \setup\amd64\Setup.exe from the Lync media, then Prepare first Standard Edition server, and follow it to its end. It installs SQL Server Express with the instance of the Central Management store and opens the firewall.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Write-Host 'On <CmsInstance> as sql-admin run: sqlcmd ''-S'' ''<CmsInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host'
    Confirm-Check -Question 'Verify: does it show the number of objects is 1?'
}

# ---- Install SQL Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if not: both sides of the mirrored Central Management store are lost
if (Test-Step -Id 'cms-sql.1' -Title 'Install SQL Server with the original configuration: <CmsSqlServerFqdn>' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin' -Look 'on <ServerInstance of CmsSqlServerFqdn> run: sqlcmd ''-S'' ''<ServerInstance of CmsSqlServerFqdn>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host; if it shows every object: is_sysadmin is 1, the step has had its effect' -Undo 'uninstall the instance') {
    # Note: The topology does not recognise an instance with another name (pitfall P21).
    Write-Host 'Install SQL Server on <CmsSqlServerFqdn> by the organisation''s own procedure, as it was installed originally: the same version, edition and service pack as before, the instance <ServerInstance of CmsSqlServerFqdn> under its old name, the same folders, service accounts, permissions and logins. Open its ports in the firewall (1433, UDP 1434, the instance''s own, and for mirroring 5022, on a witness 7022).'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Write-Host 'On <ServerInstance of CmsSqlServerFqdn> as sql-admin run: sqlcmd ''-S'' ''<ServerInstance of CmsSqlServerFqdn>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host'
    Confirm-Check -Question 'Verify: does it show every object: is_sysadmin is 1?'
    # To undo: uninstall the instance
}

# ---- Install SQL Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if not: both sides of the mirrored Central Management store are lost
# Only if the pool's SQL store is mirrored
if (Test-Step -Id 'cms-sql.2' -Title 'Check that version and edition match the partner: <CmsSqlServerFqdn>' -RunOn '<ServerInstance of CmsSqlServerFqdn>' -Account 'sql-admin') {
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server version?'
    Invoke-Shown -Command { sqlcmd '-S' '<ServerInstance of CmsSqlServerFqdn>' '-E' '-b' '-x' '-Q' 'SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''ProductVersion'') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''ProductLevel'') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''Edition'') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''MachineName'') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''InstanceName'') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''Collation'') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''sysadmin'') AS is_sysadmin;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Confirm-Check -Question 'Does the answer show every object: is_sysadmin is 1?'
}

# ---- Install SQL Server on both sides
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if both sides of the mirrored Central Management store are lost
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'cms-sql.1' -Title 'Install SQL Server with the original configuration' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerInstance> run: sqlcmd ''-S'' ''<ServerInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host; if it shows every object: is_sysadmin is 1, the step has had its effect' -Undo 'uninstall the instance') {
    # Note: The topology does not recognise an instance with another name (pitfall P21).
    Write-Host 'Install SQL Server on <ServerFqdn> by the organisation''s own procedure, as it was installed originally: the same version, edition and service pack as before, the instance <ServerInstance> under its old name, the same folders, service accounts, permissions and logins. Open its ports in the firewall (1433, UDP 1434, the instance''s own, and for mirroring 5022, on a witness 7022).'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Write-Host 'On <ServerInstance> as sql-admin run: sqlcmd ''-S'' ''<ServerInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host'
    Confirm-Check -Question 'Verify: does it show every object: is_sysadmin is 1?'
    # To undo: uninstall the instance
}

# ---- Install SQL Server on both sides
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if both sides of the mirrored Central Management store are lost
# Only if the pool's SQL store is mirrored
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'cms-sql.2' -Title 'Check that version and edition match the partner' -RunOn '<ServerInstance>' -Account 'sql-admin') {
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server version?'
    Invoke-Shown -Command { sqlcmd '-S' '<ServerInstance>' '-E' '-b' '-x' '-Q' 'SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''ProductVersion'') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''ProductLevel'') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''Edition'') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''MachineName'') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''InstanceName'') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''Collation'') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''sysadmin'') AS is_sysadmin;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Confirm-Check -Question 'Does the answer show every object: is_sysadmin is 1?'
}

# ---- Open the management shell
# Only if the target is a Standard Edition server
# Only if not: another Lync server with a local replica works
if (Test-Step -Id 'cms-shell.1' -Title 'Install the administrative tools on the server itself' -RunOn '<CmsSqlServerFqdn>' -Account 'lync-admin' -Look 'on <CmsSqlServerFqdn> run: Get-Command -Name @(''Import-CsConfiguration'') | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is Import-CsConfiguration, the step has had its effect') {
    Write-Host 'On <CmsSqlServerFqdn> start \setup\amd64\Setup.exe from the Lync media, then Install Administrative Tools; then install the cumulative update that the servers had, so that the databases are created in the right version.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-Command -Name @('Import-CsConfiguration') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is Import-CsConfiguration?'
}

# ---- Open the management shell
# Only if another Lync server with a local replica works
# Only if the cumulative update (CU) version of the servers is recorded
if (Test-Step -Id 'cms-shell.2' -Title 'Check that this computer has the cumulative update (CU) version of the other servers' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    # Note: Databases get the CU version of the computer whose shell creates them.
    Invoke-Shown -Command { Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is <UpdateLevel>?'
}

# ---- Is there a newer configuration on a surviving server?
# Only if another Lync server with a local replica works
if (Test-Step -Id 'cms-local-store.1' -Title 'Create the folder' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<Run:local-folder>' -Force -Confirm:$false | Out-Host }
}

# ---- Is there a newer configuration on a surviving server?
# Only if another Lync server with a local replica works
if (Test-Step -Id 'cms-local-store.2' -Title 'Export the local replica' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-Item -LiteralPath ''<Run:local-folder>\Local.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    Invoke-Shown -Command { Test-Path -LiteralPath '<Run:local-folder>\Local.zip' | Out-Host }
    Confirm-Check -Question 'Before: there is no such file yet; rename what an earlier try left: does it show every object: the value is False?'
    Invoke-Shown -Command { Export-CsConfiguration -FileName '<Run:local-folder>\Local.zip' -LocalStore | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath '<Run:local-folder>\Local.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Is there a newer configuration on a surviving server?
# Only if another Lync server with a local replica works
# Only if the set holds the configuration
# Only if not: the configuration comes from SQL backups of the surviving mirror
if (Test-Step -Id 'cms-local-store.3' -Title 'Copy the export of the set beside it' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<Run:local-folder>' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:Configuration>' -Destination '<Run:local-folder>\Config.zip' | Out-Host }
}

# ---- Is there a newer configuration on a surviving server?
# Only if another Lync server with a local replica works
if (Test-Step -Id 'cms-local-store.4' -Title 'Compare the replica with the export' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    # Note: Compare Local.zip and Config.zip (date, servers and pools in the topology, number of policies in DocItemSet.xml). The plan takes <Ask:configuration>; if the other one is to be taken, stop here and plan again with the other answer, beginning at cms-local-store.
    # Note: The replica may lack what was changed in the last minutes, and an unhealthy one is older than the backup.
    # Note: Enabling an older topology drops the servers added since that backup.
    Write-Host 'Decide: Compare the replica with the export (as planned)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Is there a newer configuration on a surviving server?
# Only if another Lync server with a local replica works
# Only if Where does the configuration come from? the replica of the working server, because it is newer or there is no export
if (Test-Step -Id 'cms-local-store.5' -Title 'Use the replica for the import' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-Item -LiteralPath ''<Run:local-folder>\Config.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Length is the Length that the step reads first and LastWriteTime is the Written that the step reads first, the step has had its effect') {
    Invoke-Shown -Command { Get-Item -LiteralPath '<Run:local-folder>\Local.zip' | Format-List -Property '*' | Out-Host }
    $Read_Length = Read-Value -Question 'Length (from <ShellFqdn>)'
    Invoke-Shown -Command { Get-Item -LiteralPath '<Run:local-folder>\Local.zip' | Format-List -Property '*' | Out-Host }
    $Read_Written = Read-Value -Question 'LastWriteTime (from <ShellFqdn>)'
    Invoke-Shown -Command { Copy-Item -Path '<Run:local-folder>\Local.zip' -Destination '<Run:local-folder>\Config.zip' -Force -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath '<Run:local-folder>\Config.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Length is <Read:Length> and LastWriteTime is <Read:Written>?'.Replace('<Read:Length>', ($Read_Length -join ', ')).Replace('<Read:Written>', ($Read_Written -join ', ')))
}

# ---- End mirroring of the Central Management store's databases
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? no, the server works; only the store is lost or corrupt
if (Test-Step -Id 'cms-unmirror.1' -Title 'End the mirroring of xds on the primary' -RunOn '<CmsInstance>' -Account 'sql-admin' -Look 'on <CmsInstance> run: sqlcmd ''-S'' ''<CmsInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows no object: database_name is xds, the step has had its effect' -Undo 'none; it is mirrored again in cms-databases') {
    # Note: SQL Server neither drops nor creates a database that is mirrored; nothing is sent where it is not.
    Confirm-Harm -Harm 'ends the mirroring of xds, which is about to be re-created' -Name '<CmsSqlServerFqdn>'
    Invoke-Shown -Command { sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-x' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''xds'')) ALTER DATABASE [xds] SET PARTNER OFF;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show no object: database_name is xds?'
    # To undo: none; it is mirrored again in cms-databases
}

# ---- End mirroring of the Central Management store's databases
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? no, the server works; only the store is lost or corrupt
if (Test-Step -Id 'cms-unmirror.2' -Title 'End the mirroring of lis on the primary' -RunOn '<CmsInstance>' -Account 'sql-admin' -Look 'on <CmsInstance> run: sqlcmd ''-S'' ''<CmsInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows no object: database_name is lis, the step has had its effect' -Undo 'none; it is mirrored again in cms-databases') {
    Confirm-Harm -Harm 'ends the mirroring of lis, which is about to be re-created' -Name '<CmsSqlServerFqdn>'
    Invoke-Shown -Command { sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-x' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''lis'')) ALTER DATABASE [lis] SET PARTNER OFF;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show no object: database_name is lis?'
    # To undo: none; it is mirrored again in cms-databases
}

# ---- End mirroring of the Central Management store's databases
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? no, the server works; only the store is lost or corrupt
if (Test-Step -Id 'cms-unmirror.3' -Title 'End the mirroring of xds on the mirror' -RunOn '<CmsMirrorInstance>' -Account 'sql-admin' -Look 'on <CmsMirrorInstance> run: sqlcmd ''-S'' ''<CmsMirrorInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows no object: database_name is xds, the step has had its effect' -Undo 'none; it is mirrored again in cms-databases') {
    Confirm-Harm -Harm 'ends the mirroring of xds, which is about to be re-created' -Name '<CmsMirrorSqlServerFqdn>'
    Invoke-Shown -Command { sqlcmd '-S' '<CmsMirrorInstance>' '-E' '-b' '-x' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''xds'')) ALTER DATABASE [xds] SET PARTNER OFF;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<CmsMirrorInstance>' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show no object: database_name is xds?'
    # To undo: none; it is mirrored again in cms-databases
}

# ---- End mirroring of the Central Management store's databases
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? no, the server works; only the store is lost or corrupt
if (Test-Step -Id 'cms-unmirror.4' -Title 'End the mirroring of lis on the mirror' -RunOn '<CmsMirrorInstance>' -Account 'sql-admin' -Look 'on <CmsMirrorInstance> run: sqlcmd ''-S'' ''<CmsMirrorInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows no object: database_name is lis, the step has had its effect' -Undo 'none; it is mirrored again in cms-databases') {
    Confirm-Harm -Harm 'ends the mirroring of lis, which is about to be re-created' -Name '<CmsMirrorSqlServerFqdn>'
    Invoke-Shown -Command { sqlcmd '-S' '<CmsMirrorInstance>' '-E' '-b' '-x' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''lis'')) ALTER DATABASE [lis] SET PARTNER OFF;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<CmsMirrorInstance>' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show no object: database_name is lis?'
    # To undo: none; it is mirrored again in cms-databases
}

# ---- Re-create the Central Management store's databases
if (Test-Step -Id 'cms-create' -Title 'Re-create the Central Management store''s databases' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn ''<CmsSqlServerFqdn>'' -SqlInstanceName ''<CmsSqlInstance>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect' -Undo 'none') {
    # Note: Be sure that the store is lost and that this is the new server, never the surviving mirror.
    # Note: RTCUniversalServerAdmins must not own the databases. On a SQL cluster name the paths with -DatabasePaths.
    Confirm-Check -Question 'Before: no master serves the Central Management store?'
    Write-Host 'On <CmsInstance> as sql-admin run: sqlcmd ''-S'' ''<CmsInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host'
    Confirm-Check -Question 'Before: the SQL Server instance answers: does it show the number of objects is 1?'
    Confirm-Harm -Harm 'deletes xds and lis on <CmsInstance> if they are there, and creates them empty' -Name '<CmsSqlServerFqdn>'
    Invoke-Shown -Command { Install-CsDatabase -CentralManagementDatabase -Clean -SqlServerFqdn '<CmsSqlServerFqdn>' -SqlInstanceName '<CmsSqlInstance>' -Verbose -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn '<CmsSqlServerFqdn>' -SqlInstanceName '<CmsSqlInstance>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
    # To undo: none
}

# ---- Set the CMS service connection point (SCP)
# Only if not: only the service connection point of a mirrored Central Management store is lost
if (Test-Step -Id 'cms-scp.1' -Title 'Set the SCP to the Central Management store' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-CsConfigurationStoreLocation | Format-List -Property ''*'' | Out-Host; if it shows at least one object: BackEndServer is <CmsInstance>, the step has had its effect' -Undo 'run it again with another location') {
    # Note: Without the mirror at first, because that does not exist yet; it follows in cms-scp-mirror.
    Confirm-Harm -Harm 'changes the service connection point of the whole forest' -Name '<CmsSqlServerFqdn>'
    Invoke-Shown -Command { Set-CsConfigurationStoreLocation -SqlServerFqdn '<CmsSqlServerFqdn>' -SqlInstanceName '<CmsSqlInstance>' -Verbose -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsConfigurationStoreLocation | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: BackEndServer is <CmsInstance>?'
    # To undo: run it again with another location
}

# ---- Set the CMS service connection point (SCP)
# Only if only the service connection point of a mirrored Central Management store is lost
if (Test-Step -Id 'cms-scp.2' -Title 'Set the SCP to the Central Management store and its mirror' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-CsConfigurationStoreLocation | Format-List -Property ''*'' | Out-Host; if it shows at least one object: BackEndServer is <CmsInstance>, the step has had its effect' -Undo 'run it again with another location') {
    Confirm-Harm -Harm 'changes the service connection point of the whole forest' -Name '<CmsSqlServerFqdn>'
    Invoke-Shown -Command { Set-CsConfigurationStoreLocation -SqlServerFqdn '<CmsSqlServerFqdn>' -SqlInstanceName '<CmsSqlInstance>' -MirrorSqlServerFqdn '<CmsMirrorSqlServerFqdn>' -MirrorSqlInstanceName '<CmsMirrorSqlInstance>' -Verbose -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsConfigurationStoreLocation | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: BackEndServer is <CmsInstance>?'
    # To undo: run it again with another location
}

# ---- Import the configuration
# Only if not: the configuration comes from SQL backups of the surviving mirror
if (Test-Step -Id 'cms-import.1' -Title 'Create the folders' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path @('<Run:local-folder>', 'C:\Logs') -Force -Confirm:$false | Out-Host }
}

# ---- Import the configuration
# Only if not: the configuration comes from SQL backups of the surviving mirror
# Only if Where does the configuration come from? the export of the backup set, or the new one of the surviving mirror
if (Test-Step -Id 'cms-import.2' -Title 'Copy the export to the server and check it' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: certutil ''-hashfile'' ''<Run:local-folder>\Config.zip'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:Configuration:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<Run:local-folder>' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:Configuration>' -Destination '<Run:local-folder>\Config.zip' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' '<Run:local-folder>\Config.zip' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:Configuration:sha256>?'
}

# ---- Import the configuration
# Only if not: the configuration comes from SQL backups of the surviving mirror
# Only if not: configuration survivor
if (Test-Step -Id 'cms-import.3' -Title 'Import the configuration' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-CsPool | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: Fqdn is the host <BackupSet:Configuration:pools>, the step has had its effect' -Undo 'none; import another export') {
    Confirm-Check -Question 'Before: no master serves the Central Management store?'
    Invoke-Shown -Command { Get-CsConfigurationStoreLocation | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the service connection point (SCP) names this store: does it show at least one object: BackEndServer is <CmsInstance>?'
    Invoke-Shown -Command { Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn '<CmsSqlServerFqdn>' -SqlInstanceName '<CmsSqlInstance>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: its databases exist: does it show every object: Succeed is True?'
    Confirm-Harm -Harm 'replaces topology, policies and settings in the Central Management store' -Name '<CmsSqlServerFqdn>'
    Invoke-Shown -Command { Import-CsConfiguration -FileName '<Run:local-folder>\Config.zip' | Out-Host }
    Invoke-Shown -Command { Get-CsPool | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: Fqdn is the host <BackupSet:Configuration:pools>?'
    # To undo: none; import another export
}

# ---- Import the configuration
# Only if not: the configuration comes from SQL backups of the surviving mirror
# Only if Where does the configuration come from? the replica of the working server, because it is newer or there is no export
if (Test-Step -Id 'cms-import.4' -Title 'Import the configuration of the surviving server' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-CsPool | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Fqdn is the host <PoolFqdn>, the step has had its effect' -Undo 'none; import another export') {
    Confirm-Check -Question 'Before: no master serves the Central Management store?'
    Invoke-Shown -Command { Get-CsConfigurationStoreLocation | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the service connection point (SCP) names this store: does it show at least one object: BackEndServer is <CmsInstance>?'
    Invoke-Shown -Command { Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn '<CmsSqlServerFqdn>' -SqlInstanceName '<CmsSqlInstance>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: its databases exist: does it show every object: Succeed is True?'
    Confirm-Harm -Harm 'replaces topology, policies and settings in the Central Management store' -Name '<CmsSqlServerFqdn>'
    Invoke-Shown -Command { Import-CsConfiguration -FileName '<Run:local-folder>\Config.zip' | Out-Host }
    Invoke-Shown -Command { Get-CsPool | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Fqdn is the host <PoolFqdn>?'
    # To undo: none; import another export
}

# ---- Restore xds and lis from the rescued backups
# Only if only the primary side of the mirrored Central Management store is lost
# Only if the configuration comes from SQL backups of the surviving mirror
if (Test-Step -Id 'cms-from-bak.1' -Title 'Restore xds' -RunOn '<CmsInstance>' -Account 'sql-admin' -Look 'on <CmsInstance> run: sqlcmd ''-S'' ''<CmsInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''''xds'''' AND h.restore_type = N''''D'''' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''''xds'''' ORDER BY h.restore_history_id DESC, f.family_sequence_number;'' | Out-Host; if it shows every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of the BackupSets that the step reads first, the step has had its effect' -Undo 'none') {
    Invoke-Shown -Command { sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-x' '-Q' 'EXEC master.dbo.xp_fileexist N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\xds.bak'';' | Out-Host }
    Confirm-Check -Question 'Before: the SQL service account can access the backup file: does it show every object: File Exists is 1?'
    Confirm-Harm -Harm 'replaces everything in xds on <CmsInstance> with the backup and closes its connections' -Name '<CmsSqlServerFqdn>'
    Invoke-Shown -Command { sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-x' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\xds.bak'';' | Out-Host }
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from <CmsInstance>)'
    Invoke-Shown -Command { sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-x' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''xds'') ORDER BY file_id;' | Out-Host }
    $Read_Files = Read-Value -Question 'physical_name (from <CmsInstance>)'
    Invoke-Shown -Command { sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-x' '-Q' 'RESTORE HEADERONLY FROM DISK = N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\xds.bak'';' | Out-Host }
    $Read_BackupSets = Read-Value -Question 'BackupSetGUID (from <CmsInstance>)'
    Invoke-Shown -Command { sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-x' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''xds'' AND state_desc = N''ONLINE'') ALTER DATABASE [xds] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [xds] FROM DISK = N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\xds.bak'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''xds'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [xds] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files))) | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''xds'' AND h.restore_type = N''D'' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''xds'' ORDER BY h.restore_history_id DESC, f.family_sequence_number;' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of <Read:BackupSets>?'.Replace('<Read:BackupSets>', ($Read_BackupSets -join ', ')))
    # To undo: none
}

# ---- Restore xds and lis from the rescued backups
# Only if only the primary side of the mirrored Central Management store is lost
# Only if the configuration comes from SQL backups of the surviving mirror
if (Test-Step -Id 'cms-from-bak.2' -Title 'Restore lis' -RunOn '<CmsInstance>' -Account 'sql-admin' -Look 'on <CmsInstance> run: sqlcmd ''-S'' ''<CmsInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''''lis'''' AND h.restore_type = N''''D'''' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''''lis'''' ORDER BY h.restore_history_id DESC, f.family_sequence_number;'' | Out-Host; if it shows every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of the BackupSets that the step reads first, the step has had its effect' -Undo 'none') {
    Invoke-Shown -Command { sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-x' '-Q' 'EXEC master.dbo.xp_fileexist N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\lis.bak'';' | Out-Host }
    Confirm-Check -Question 'Before: the SQL service account can access the backup file: does it show every object: File Exists is 1?'
    Confirm-Harm -Harm 'replaces everything in lis on <CmsInstance> with the backup and closes its connections' -Name '<CmsSqlServerFqdn>'
    Invoke-Shown -Command { sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-x' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\lis.bak'';' | Out-Host }
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from <CmsInstance>)'
    Invoke-Shown -Command { sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-x' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''lis'') ORDER BY file_id;' | Out-Host }
    $Read_Files = Read-Value -Question 'physical_name (from <CmsInstance>)'
    Invoke-Shown -Command { sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-x' '-Q' 'RESTORE HEADERONLY FROM DISK = N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\lis.bak'';' | Out-Host }
    $Read_BackupSets = Read-Value -Question 'BackupSetGUID (from <CmsInstance>)'
    Invoke-Shown -Command { sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-x' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''lis'' AND state_desc = N''ONLINE'') ALTER DATABASE [lis] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [lis] FROM DISK = N''<RescueSet>\Sql\<CmsMirrorSqlServerFqdn>_<CmsMirrorSqlInstance>\lis.bak'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''lis'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [lis] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files))) | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<CmsInstance>' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''lis'' AND h.restore_type = N''D'' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''lis'' ORDER BY h.restore_history_id DESC, f.family_sequence_number;' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of <Read:BackupSets>?'.Replace('<Read:BackupSets>', ($Read_BackupSets -join ', ')))
    # To undo: none
}

# ---- Enable the topology
if (Test-Step -Id 'cms-enable.1' -Title 'Create the folder for the report' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force -Confirm:$false | Out-Host }
}

# ---- Enable the topology
if (Test-Step -Id 'cms-enable.2' -Title 'Enable the topology' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-Item -LiteralPath ''C:\Logs\Enable_Topology.html'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect' -Undo 'run Enable-CsTopology again; it is harmless to repeat') {
    Invoke-Shown -Command { Get-CsPool -Identity '<PoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the topology in the store contains the pool: does it show at least one object: Fqdn is the host <PoolFqdn>?'
    Confirm-Harm -Harm 'writes AD objects, ACLs and file share permissions according to the topology' -Name '<CmsSqlServerFqdn>'
    Invoke-Shown -Command { Enable-CsTopology -Report 'C:\Logs\Enable_Topology.html' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Logs\Enable_Topology.html' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
    # To undo: run Enable-CsTopology again; it is harmless to repeat
}

# ---- Stop the pool before its databases are created empty
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if the set holds this pool's user data
if (Test-Step -Id 'cms-fe-stop.1' -Title 'Copy the export to the importing server and check it' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: certutil ''-hashfile'' ''<Run:local-folder>\UserData\<BackupSet:UserData:name>'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:UserData:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<Run:local-folder>\UserData' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:UserData>' -Destination '<Run:local-folder>\UserData\<BackupSet:UserData:name>' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' '<Run:local-folder>\UserData\<BackupSet:UserData:name>' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:UserData:sha256>?'
}

# ---- Stop the pool before its databases are created empty
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'cms-fe-stop.2' -Title 'Stop the Lync services' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: Get-CsWindowsService -ComputerName ''<FrontEndFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 10 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName <FrontEndFqdn> -NoWait, on every Front End Server') {
    # Note: Front End Servers must not run with an empty user store.
    Confirm-Harm -Harm 'stops Lync on <FrontEndFqdn>; the pool is without service until all of its servers are started again' -Name '<FrontEndFqdn>'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName '<FrontEndFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName <FrontEndFqdn> -NoWait, on every Front End Server
}

# ---- Create the other databases, and the mirror
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if the cumulative update (CU) version of the servers is recorded
if (Test-Step -Id 'cms-databases.1' -Title 'Check that this computer has the cumulative update (CU) version of the other servers' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: Databases get the CU version of the computer whose shell or Topology Builder creates them.
    Invoke-Shown -Command { Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is <UpdateLevel>?'
}

# ---- Create the other databases, and the mirror
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if only the primary side of the mirrored Central Management store is lost
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'cms-databases.2' -Title 'End mirroring of the database: <CmsMirrorSqlServerFqdn>' -RunOn '<ServerInstance of CmsMirrorSqlServerFqdn>' -Account 'sql-admin' -Look 'on <ServerInstance of CmsMirrorSqlServerFqdn> run: sqlcmd ''-S'' ''<ServerInstance of CmsMirrorSqlServerFqdn>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows no object: database_name is <DatabaseName>, the step has had its effect' -Undo 'none; the mirror is re-created later') {
    # Note: Nothing is sent if the database is no longer mirrored.
    Confirm-Harm -Harm 'ends the mirroring of <DatabaseName>; transactions the lost principal had not sent are lost' -Name '<CmsMirrorSqlServerFqdn>'
    Invoke-Shown -Command { sqlcmd '-S' '<ServerInstance of CmsMirrorSqlServerFqdn>' '-E' '-b' '-x' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''<DatabaseName>'')) ALTER DATABASE [<DatabaseName>] SET PARTNER OFF;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<ServerInstance of CmsMirrorSqlServerFqdn>' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show no object: database_name is <DatabaseName>?'
    # To undo: none; the mirror is re-created later
}

# ---- Create the other databases, and the mirror
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if only the primary side of the mirrored Central Management store is lost
# Only if for each <DatabaseName> of mirrored databases
if (Test-Step -Id 'cms-databases.3' -Title 'Bring the database online: <CmsMirrorSqlServerFqdn>' -RunOn '<ServerInstance of CmsMirrorSqlServerFqdn>' -Account 'sql-admin' -Look 'on <ServerInstance of CmsMirrorSqlServerFqdn> run: sqlcmd ''-S'' ''<ServerInstance of CmsMirrorSqlServerFqdn>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''''<DatabaseName>'''';'' | Out-Host; if it shows every object: state_desc is ONLINE, the step has had its effect') {
    # Note: Only a database that shows RESTORING, because it was the mirror, is recovered.
    Invoke-Shown -Command { sqlcmd '-S' '<ServerInstance of CmsMirrorSqlServerFqdn>' '-E' '-b' '-x' '-Q' 'USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''RESTORING'') RESTORE DATABASE [<DatabaseName>] WITH RECOVERY;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<ServerInstance of CmsMirrorSqlServerFqdn>' '-E' '-b' '-x' '-Q' 'SELECT name, database_id, state_desc, recovery_model_desc, user_access_desc FROM sys.databases WHERE name = N''<DatabaseName>'';' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: state_desc is ONLINE?'
}

# ---- Create the other databases, and the mirror
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if How are the other databases of a Back End Server created? by Install-CsDatabase
if (Test-Step -Id 'cms-databases.4' -Title 'Create the databases' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn ''<CmsSqlServerFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect' -Undo 'Uninstall-CsDatabase, while nothing is in them') {
    # Note: Only stand-alone databases are shown on Create databases.
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped?'
    Confirm-Harm -Harm 'creates the databases of <CmsSqlServerFqdn> that the topology names, empty' -Name '<CmsSqlServerFqdn>'
    Invoke-Shown -Command { Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<CmsSqlServerFqdn>' -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<CmsSqlServerFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
    # To undo: Uninstall-CsDatabase, while nothing is in them
}

# ---- Create the other databases, and the mirror
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if How are the other databases of a Back End Server created? in Topology Builder
if (Test-Step -Id 'cms-databases.4' -Title 'Create the databases' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn ''<CmsSqlServerFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect' -Undo 'Uninstall-CsDatabase, while nothing is in them') {
    # Note: Only stand-alone databases are shown on Create databases.
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped?'
    Confirm-Harm -Harm 'creates the databases of <CmsSqlServerFqdn> that the topology names, empty' -Name '<CmsSqlServerFqdn>'
    Write-Host 'In Topology Builder choose Download Topology from existing deployment, OK, Save, Yes. Right-click Lync Server 2013, Install Database; page Create databases: tick what must be created on <CmsSqlServerFqdn> besides the Central Management store; leave Create Mirror Database for the next step; Finish.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<CmsSqlServerFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
    # To undo: Uninstall-CsDatabase, while nothing is in them
}

# ---- Create the other databases, and the mirror
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if the Central Management store is mirrored
# Only if not: only the primary side of the mirrored Central Management store is lost
# Only if SQL backups of databases of this Back End are in the set
if (Test-Step -Id 'cms-databases.5' -Title 'Create the mirror on the new server, except databases that are restored first' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-CsDatabaseMirrorState -PoolFqdn ''<PoolFqdn>'' -DatabaseType ''User'' | Format-List -Property ''*'' | Out-Host; if it shows every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min), the step has had its effect' -Undo 'Uninstall-CsMirrorDatabase once for each database type') {
    # Note: SQL Server restores no mirrored database; <ReturningDatabases> are mirrored in cms-mirror-archmon.
    Confirm-Harm -Harm 'creates databases on the mirror <CmsMirrorSqlServerFqdn>' -Name '<CmsMirrorSqlServerFqdn>'
    Invoke-Shown -Command { Install-CsMirrorDatabase -ConfiguredDatabases -FileShare '<MirrorFileShare>' -SqlServerFqdn '<CmsSqlServerFqdn>' -ExcludeDatabaseList '<ReturningDatabases>' -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'User' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase once for each database type
}

# ---- Create the other databases, and the mirror
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if the Central Management store is mirrored
# Only if not: only the primary side of the mirrored Central Management store is lost
# Only if not: SQL backups of databases of this Back End are in the set
# Only if How are the mirror databases created? Install-CsMirrorDatabase
if (Test-Step -Id 'cms-databases.6' -Title 'Create the mirror on the new server' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-CsDatabaseMirrorState -PoolFqdn ''<PoolFqdn>'' -DatabaseType ''User'' | Format-List -Property ''*'' | Out-Host; if it shows every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min), the step has had its effect' -Undo 'Uninstall-CsMirrorDatabase once for each database type') {
    # Note: -DropExistingDatabasesOnMirror is not used on a clean mirror; it deletes databases there.
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server version?'
    Confirm-Harm -Harm 'creates databases on the mirror <CmsMirrorSqlServerFqdn>' -Name '<CmsMirrorSqlServerFqdn>'
    Invoke-Shown -Command { Install-CsMirrorDatabase -ConfiguredDatabases -FileShare '<MirrorFileShare>' -SqlServerFqdn '<CmsSqlServerFqdn>' -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'User' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase once for each database type
}

# ---- Create the other databases, and the mirror
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if the Central Management store is mirrored
# Only if not: only the primary side of the mirrored Central Management store is lost
# Only if not: SQL backups of databases of this Back End are in the set
# Only if How are the mirror databases created? Topology Builder, Install Database
if (Test-Step -Id 'cms-databases.6' -Title 'Create the mirror on the new server' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-CsDatabaseMirrorState -PoolFqdn ''<PoolFqdn>'' -DatabaseType ''User'' | Format-List -Property ''*'' | Out-Host; if it shows every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min), the step has had its effect' -Undo 'Uninstall-CsMirrorDatabase once for each database type') {
    # Note: -DropExistingDatabasesOnMirror is not used on a clean mirror; it deletes databases there.
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server version?'
    Confirm-Harm -Harm 'creates databases on the mirror <CmsMirrorSqlServerFqdn>' -Name '<CmsMirrorSqlServerFqdn>'
    Write-Host 'In Topology Builder, node Lync Server 2013, Topology, Install Database; page Create Mirror Database: select the databases of <CmsSqlServerFqdn>, the share is <MirrorFileShare>; complete the wizard.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'User' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase once for each database type
}

# ---- Create the other databases, and the mirror
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if only the primary side of the mirrored Central Management store is lost
# Only if SQL backups of databases of this Back End are in the set
if (Test-Step -Id 'cms-databases.7' -Title 'Re-create the mirror on the surviving server, except databases that are restored first' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-CsDatabaseMirrorState -PoolFqdn ''<PoolFqdn>'' -DatabaseType ''User'' | Format-List -Property ''*'' | Out-Host; if it shows every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min), the step has had its effect' -Undo 'none; the rescue set holds what was there') {
    # Note: Only after cms-rescue-proof was answered.
    Confirm-Harm -Harm 'deletes the old databases on the surviving server <CmsMirrorSqlServerFqdn> and mirrors the new ones there' -Name '<CmsMirrorSqlServerFqdn>'
    Invoke-Shown -Command { Install-CsMirrorDatabase -ConfiguredDatabases -FileShare '<MirrorFileShare>' -SqlServerFqdn '<CmsSqlServerFqdn>' -ExcludeDatabaseList '<ReturningDatabases>' -DropExistingDatabasesOnMirror -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'User' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min)?'
    # To undo: none; the rescue set holds what was there
}

# ---- Create the other databases, and the mirror
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if only the primary side of the mirrored Central Management store is lost
# Only if not: SQL backups of databases of this Back End are in the set
if (Test-Step -Id 'cms-databases.8' -Title 'Re-create the mirror on the surviving server' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-CsDatabaseMirrorState -PoolFqdn ''<PoolFqdn>'' -DatabaseType ''User'' | Format-List -Property ''*'' | Out-Host; if it shows every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min), the step has had its effect' -Undo 'none; the rescue set holds what was there') {
    # Note: Only after cms-rescue-proof was answered.
    Confirm-Harm -Harm 'deletes the old databases on the surviving server <CmsMirrorSqlServerFqdn> and mirrors the new ones there' -Name '<CmsMirrorSqlServerFqdn>'
    Invoke-Shown -Command { Install-CsMirrorDatabase -ConfiguredDatabases -FileShare '<MirrorFileShare>' -SqlServerFqdn '<CmsSqlServerFqdn>' -DropExistingDatabasesOnMirror -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'User' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min)?'
    # To undo: none; the rescue set holds what was there
}

# ---- Create the other databases, and the mirror
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? no, the server works; only the store is lost or corrupt
if (Test-Step -Id 'cms-databases.9' -Title 'Mirror the store''s databases again' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-CsDatabaseMirrorState -PoolFqdn ''<PoolFqdn>'' -DatabaseType ''CentralMgmt'' | Format-List -Property ''*'' | Out-Host; if it shows every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min), the step has had its effect' -Undo 'Uninstall-CsMirrorDatabase with the database type CentralMgmt') {
    Confirm-Harm -Harm 'deletes xds and lis on <CmsMirrorSqlServerFqdn> if they are there, and mirrors the new ones there' -Name '<CmsMirrorSqlServerFqdn>'
    Invoke-Shown -Command { Install-CsMirrorDatabase -DatabaseType 'CentralMgmt' -FileShare '<MirrorFileShare>' -SqlServerFqdn '<CmsSqlServerFqdn>' -SqlInstanceName '<CmsSqlInstance>' -DropExistingDatabasesOnMirror -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'CentralMgmt' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase with the database type CentralMgmt
}

# ---- Add the mirror to the CMS service connection point (SCP)
# Only if the Central Management store is mirrored
if (Test-Step -Id 'cms-scp-mirror' -Title 'Add the mirror to the CMS service connection point (SCP)' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-CsConfigurationStoreLocation | Format-List -Property ''*'' | Out-Host; if it shows at least one object: BackEndServer is <CmsInstance>, the step has had its effect' -Undo 'run it again with another location') {
    # Note: Look with Get-CsConfigurationStoreLocation whether the mirror is named beside the primary.
    Confirm-Harm -Harm 'changes the service connection point of the whole forest' -Name '<CmsSqlServerFqdn>'
    Invoke-Shown -Command { Set-CsConfigurationStoreLocation -SqlServerFqdn '<CmsSqlServerFqdn>' -SqlInstanceName '<CmsSqlInstance>' -MirrorSqlServerFqdn '<CmsMirrorSqlServerFqdn>' -MirrorSqlInstanceName '<CmsMirrorSqlInstance>' -Verbose -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsConfigurationStoreLocation | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: BackEndServer is <CmsInstance>?'
    # To undo: run it again with another location
}

# ---- Lync Server Deployment Wizard
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-wizard.1' -Title 'Step 1: Install Local Configuration Store' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsTopology -LocalStore | Out-Host; if it shows the number of objects is at least 1, the step has had its effect') {
    Write-Host 'On <GoodServerFqdn> as lync-admin run: Get-CsComputer -Identity ''<ServerFqdn>'' | Format-List -Property ''*'' | Out-Host'
    Confirm-Check -Question 'Before: the server''s name is in the topology: does it show at least one object: Fqdn is the host <ServerFqdn>?'
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the server has exactly that name: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
    Write-Host 'On <ServerFqdn>, as a local administrator in RTCUniversalServerAdmins, start \setup\amd64\Setup.exe from the Lync media, then Install or Update Lync Server System. Step 1: Install Local Configuration Store, Run, Retrieve directly from the Central Management store, Next, Finish.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsTopology -LocalStore | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Lync Server Deployment Wizard
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-wizard.2' -Title 'Step 2: Setup or Remove Lync Server Components' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is RTCSRV, the step has had its effect') {
    Write-Host 'In the same window, Step 2: Setup or Remove Lync Server Components, Run. It installs the roles the published topology names for <ServerFqdn> and recreates its collocated databases. Review the log, Finish. If it asks for a restart, restart and run step 2 again.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Lync Server Deployment Wizard
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if the cumulative update (CU) version of the servers is recorded
if (Test-Step -Id 'cms-wizard.3' -Title 'Bring the server to the cumulative update (CU) version of the other servers' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-ItemProperty -Path ''HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*'' | Format-List -Property ''*'' | Out-Host; if it shows at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is <UpdateLevel>, the step has had its effect') {
    Write-Host 'Close the wizard. Install the cumulative update that the other servers have, so that Programs and Features shows <UpdateLevel>; then open the wizard again.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is <UpdateLevel>?'
}

# ---- Lync Server Deployment Wizard
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-wizard.4' -Title 'Step 3: Request, Install or Assign Certificates' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsCertificate | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Use is Default, the step has had its effect') {
    Write-Host 'Step 3: Request, Install or Assign Certificates, Run. Assign the restored certificates (Default, Web internal, Web external). Never request OAuthTokenIssuer on a rebuilt server; it arrives by replication. Finished when the status is Assigned.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsCertificate | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Use is Default?'
}

# ---- Lync Server Deployment Wizard
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-wizard.5' -Title 'Step 4: Start Services' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 30 min), the step has had its effect') {
    Write-Host 'Step 4: Start Services, Run, Next, Finish. The wizard reports success even if a service did not start: look at Service Status (Optional) and start what is not running.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Lync Server Deployment Wizard
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-wizard.6' -Title 'Check the local databases' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsDatabase -LocalService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Succeed is True?'
}

# ---- Lync Server Deployment Wizard
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
if (Test-Step -Id 'cms-wizard.7' -Title 'Check that the configuration has been replicated to the server' -RunOn '<GoodServerFqdn>' -Account 'lync-admin' -Look 'on <GoodServerFqdn> run: Get-CsManagementStoreReplicationStatus -ReplicaFqdn ''<ServerFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: UpToDate is True (within 15 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<ServerFqdn>' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<ServerFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# ---- Restore user data
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'cms-userdata.1' -Title 'Copy the export to the server and check it' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: certutil ''-hashfile'' ''<Run:local-folder>\UserData\<BackupSet:UserData:name>'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:UserData:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<Run:local-folder>\UserData' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:UserData>' -Destination '<Run:local-folder>\UserData\<BackupSet:UserData:name>' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' '<Run:local-folder>\UserData\<BackupSet:UserData:name>' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:UserData:sha256>?'
}

# ---- Restore user data
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'cms-userdata.2' -Title 'Stop the Lync services' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'Start-CsWindowsService') {
    Confirm-Harm -Harm 'stops Lync on <ServerFqdn>; its users have no service until it is started again' -Name '<ServerFqdn>'
    Invoke-Shown -Command { Stop-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService
}

# ---- Restore user data
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'cms-userdata.3' -Title 'Import the user data' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Export-CsUserData -PoolFqdn ''<PoolFqdn>'' -FileName ''<Run:local-folder>\UserData\<BackupSet:UserData:name>-again.zip''; Get-Item -LiteralPath @(''<Run:local-folder>\UserData\<BackupSet:UserData:name>-again.zip'', ''<Run:local-folder>\UserData\<BackupSet:UserData:name>'') | Out-Host; if it shows in the new export all that the imported one holds, the step has had its effect' -Undo 'none; import again from another set') {
    # Note: While one service of the pool still runs, the import reports success but changes nothing (pitfall P41).
    # Note: Contacts whose unified contact store mode changed since the export may be corrupted (pitfall P42).
    # Note: The pool is exported before and after the import, to a new file that is deleted, and compared with the export of the set: each time as long as an export takes. Cancelling the comparison afterwards leaves the decision to a person.
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped: does it show every object: Status is Stopped?'
    Confirm-Check -Question 'Before: the pool is not served by its partner?'
    Confirm-Harm -Harm 'overwrites contacts and conferences of all users of <PoolFqdn> with those of the backup' -Name '<PoolFqdn>'
    Invoke-Shown -Command { Import-CsUserData -PoolFqdn '<PoolFqdn>' -FileName '<Run:local-folder>\UserData\<BackupSet:UserData:name>' | Out-Host }
    Invoke-Shown -Command { Export-CsUserData -PoolFqdn '<PoolFqdn>' -FileName '<Run:local-folder>\UserData\<BackupSet:UserData:name>-again.zip'; Get-Item -LiteralPath @('<Run:local-folder>\UserData\<BackupSet:UserData:name>-again.zip', '<Run:local-folder>\UserData\<BackupSet:UserData:name>') | Out-Host }
    Confirm-Check -Question 'Verify: does it show in the new export all that the imported one holds?'
    # To undo: none; import again from another set
}

# ---- Restore user data
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'cms-userdata.4' -Title 'Start the Lync services' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -NoWait -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore user data
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'cms-userdata.5' -Title 'Check that the user store is online' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsUserDatabaseState -RegistrarPool '<PoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Online is True?'
}

# ---- Restore the pool's user data
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
# Only if the set holds this pool's user data
if (Test-Step -Id 'cms-userdata.1' -Title 'Copy the export to the importing server and check it' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: certutil ''-hashfile'' ''<Run:local-folder>\UserData\<BackupSet:UserData:name>'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:UserData:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<Run:local-folder>\UserData' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:UserData>' -Destination '<Run:local-folder>\UserData\<BackupSet:UserData:name>' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' '<Run:local-folder>\UserData\<BackupSet:UserData:name>' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:UserData:sha256>?'
}

# ---- Restore the pool's user data
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'cms-userdata.2' -Title 'Stop the Lync services' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: Get-CsWindowsService -ComputerName ''<FrontEndFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 10 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName <FrontEndFqdn> -NoWait, on every Front End Server') {
    # Note: Front End Servers must not run with an empty user store.
    Confirm-Harm -Harm 'stops Lync on <FrontEndFqdn>; the pool is without service until all of its servers are started again' -Name '<FrontEndFqdn>'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName '<FrontEndFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName <FrontEndFqdn> -NoWait, on every Front End Server
}

# ---- Restore the pool's user data
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'cms-userdata.3' -Title 'Import the user data' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: Export-CsUserData -PoolFqdn ''<PoolFqdn>'' -FileName ''<Run:local-folder>\UserData\<BackupSet:UserData:name>-again.zip''; Get-Item -LiteralPath @(''<Run:local-folder>\UserData\<BackupSet:UserData:name>-again.zip'', ''<Run:local-folder>\UserData\<BackupSet:UserData:name>'') | Out-Host; if it shows in the new export all that the imported one holds, the step has had its effect' -Undo 'none; import again from another set') {
    # Note: While one service of the pool still runs, the import reports success but changes nothing (pitfall P41).
    # Note: Contacts whose unified contact store mode changed since the export may be corrupted (pitfall P42).
    # Note: The pool is exported before and after the import, to a new file that is deleted, and compared with the export of the set: each time as long as an export takes. Cancelling the comparison afterwards leaves the decision to a person.
    Confirm-Check -Question 'Before: the pool is not served by its partner?'
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped?'
    Confirm-Harm -Harm 'overwrites contacts and conferences of all users of <PoolFqdn> with those of the backup' -Name '<PoolFqdn>'
    Invoke-Shown -Command { Import-CsUserData -PoolFqdn '<PoolFqdn>' -FileName '<Run:local-folder>\UserData\<BackupSet:UserData:name>' | Out-Host }
    Invoke-Shown -Command { Export-CsUserData -PoolFqdn '<PoolFqdn>' -FileName '<Run:local-folder>\UserData\<BackupSet:UserData:name>-again.zip'; Get-Item -LiteralPath @('<Run:local-folder>\UserData\<BackupSet:UserData:name>-again.zip', '<Run:local-folder>\UserData\<BackupSet:UserData:name>') | Out-Host }
    Confirm-Check -Question 'Verify: does it show in the new export all that the imported one holds?'
    # To undo: none; import again from another set
}

# ---- Restore the pool's user data
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'cms-userdata.4' -Title 'Start the Lync services at the same time (-NoWait)' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: A start that waits for the first server never ends; it waits for the quorum of its pool (pitfall P59).
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName '<FrontEndFqdn>' -NoWait -Confirm:$false | Out-Host }
}

# ---- Restore the pool's user data
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'cms-userdata.5' -Title 'Check that every service runs' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: Get-CsWindowsService -ComputerName ''<FrontEndFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore the pool's user data
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'cms-userdata.6' -Title 'Check that the user store is online' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsUserDatabaseState -RegistrarPool '<PoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Online is True?'
}

# ---- Restore the pool's user data
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'cms-userdata.7' -Title 'Check that every Front End Server of the pool runs' -RunOn '<FirstMemberFqdn>' -Account 'lync-admin' -Look 'on <FirstMemberFqdn> run: Get-Service -Name @(''RTCSRV'') -ComputerName ''<PoolFrontEnds>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    # Note: The answer is for a person to read: it concerns updates, not this restore. Get-CsPoolFabricState -PoolFqdn <PoolFqdn> prints which routing group lacks replicas; look for the word missing.
    Invoke-Shown -Command { Get-CsPoolUpgradeReadinessState | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('RTCSRV') -ComputerName '<PoolFrontEnds>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore the location information
# Only if the set holds the location information
# Only if not: the configuration comes from SQL backups of the surviving mirror
if (Test-Step -Id 'cms-lis.1' -Title 'Copy the export to the server and check it' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: certutil ''-hashfile'' ''<Run:local-folder>\E911Config.zip'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:Locations:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<Run:local-folder>' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:Locations>' -Destination '<Run:local-folder>\E911Config.zip' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' '<Run:local-folder>\E911Config.zip' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:Locations:sha256>?'
}

# ---- Restore the location information
# Only if the set holds the location information
# Only if not: the configuration comes from SQL backups of the surviving mirror
if (Test-Step -Id 'cms-lis.2' -Title 'Import the location information' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-CsLisLocation | Out-Host; if it shows the number of objects is at least <BackupSet:Locations:locations>, the step has had its effect' -Undo 'none') {
    Confirm-Harm -Harm 'records changed since the backup return to the old value; those added later stay' -Name '<CmsSqlServerFqdn>'
    Invoke-Shown -Command { Import-CsLisConfiguration -FileName '<Run:local-folder>\E911Config.zip' | Out-Host }
    Invoke-Shown -Command { Get-CsLisLocation | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least <BackupSet:Locations:locations>?'
    # To undo: none
}

# ---- Restore the location information
# Only if the set holds the location information
# Only if not: the configuration comes from SQL backups of the surviving mirror
if (Test-Step -Id 'cms-lis.3' -Title 'Publish the location information' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Publish-CsLisConfiguration -Confirm:$false | Out-Host }
}

# ---- Restore the location information
# Only if the set holds the location information
# Only if not: the configuration comes from SQL backups of the surviving mirror
if (Test-Step -Id 'cms-lis.4' -Title 'List the locations' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsLisLocation | Format-List -Property '*' | Out-Host }
}

# ---- Restore Response Group
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'restore-rgs/rgs-import.1' -Title 'Copy the export to the server and check it' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: certutil ''-hashfile'' ''<Run:local-folder>\Rgs\<BackupSet:Rgs:name>'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:Rgs:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<Run:local-folder>\Rgs' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:Rgs>' -Destination '<Run:local-folder>\Rgs\<BackupSet:Rgs:name>' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' '<Run:local-folder>\Rgs\<BackupSet:Rgs:name>' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:Rgs:sha256>?'
}

# ---- Restore Response Group
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
# Only if Restore the application settings of Response Group (music on hold, ring-back) too? yes, as in the backup
if (Test-Step -Id 'restore-rgs/rgs-import.2' -Title 'Import, taking ownership of the contact objects' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsRgsWorkflow -Identity ''<RgsServiceId>'' -ShowAll | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: Name is <BackupSet:Rgs:Workflow>, the step has had its effect' -Undo 'none; import again from another set') {
    # Note: Without -OverwriteOwner the import fails, because the contact objects already exist in AD (pitfall P44).
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the services of the pool run: does it show every object: Status is Running?'
    Confirm-Harm -Harm 'writes the Response Groups of <RgsPoolFqdn> and takes ownership of their contact objects in AD' -Name '<RgsPoolFqdn>'
    Invoke-Shown -Command { Import-CsRgsConfiguration -Destination '<RgsServiceId>' -FileName '<Run:local-folder>\Rgs\<BackupSet:Rgs:name>' -OverwriteOwner -ReplaceExistingRgsSettings | Out-Host }
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity '<RgsServiceId>' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: Name is <BackupSet:Rgs:Workflow>?'
    # To undo: none; import again from another set
}

# ---- Restore Response Group
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
# Only if Restore the application settings of Response Group (music on hold, ring-back) too? no, keep the pool's own
if (Test-Step -Id 'restore-rgs/rgs-import.2' -Title 'Import, taking ownership of the contact objects' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsRgsWorkflow -Identity ''<RgsServiceId>'' -ShowAll | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: Name is <BackupSet:Rgs:Workflow>, the step has had its effect' -Undo 'none; import again from another set') {
    # Note: Without -OverwriteOwner the import fails, because the contact objects already exist in AD (pitfall P44).
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the services of the pool run: does it show every object: Status is Running?'
    Confirm-Harm -Harm 'writes the Response Groups of <RgsPoolFqdn> and takes ownership of their contact objects in AD' -Name '<RgsPoolFqdn>'
    Invoke-Shown -Command { Import-CsRgsConfiguration -Destination '<RgsServiceId>' -FileName '<Run:local-folder>\Rgs\<BackupSet:Rgs:name>' -OverwriteOwner | Out-Host }
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity '<RgsServiceId>' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: Name is <BackupSet:Rgs:Workflow>?'
    # To undo: none; import again from another set
}

# ---- Restore Response Group
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'restore-rgs/rgs-verify.1' -Title 'Workflows' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity '<RgsServiceId>' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is <BackupSet:Rgs:Workflow>?'
}

# ---- Restore Response Group
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'restore-rgs/rgs-verify.2' -Title 'Queues' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsQueue -Identity '<RgsServiceId>' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is <BackupSet:Rgs:Queue>?'
}

# ---- Restore Response Group
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'restore-rgs/rgs-verify.3' -Title 'Agent groups' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsAgentGroup -Identity '<RgsServiceId>' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is <BackupSet:Rgs:AgentGroup>?'
}

# ---- Restore Response Group
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'restore-rgs/rgs-verify.4' -Title 'Business hours' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsHoursOfBusiness -Identity '<RgsServiceId>' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is <BackupSet:Rgs:HoursOfBusiness>?'
}

# ---- Restore Response Group
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'restore-rgs/rgs-verify.5' -Title 'Holiday sets' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsHolidaySet -Identity '<RgsServiceId>' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is <BackupSet:Rgs:HolidaySet>?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Do the archiving and monitoring databases exist on their SQL server? no, the server or a database was lost
# Only if not: archiving or monitoring data lie on the Back End Server
# Only if How are the archiving and monitoring databases re-created? Install-CsDatabase
# Only if for each <DatabaseServerFqdn> of archiving and monitoring servers
if (Test-Step -Id 'restore-archmon/ma-recreate' -Title 'Re-create the databases' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn ''<DatabaseServerFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server that runs the command needs the CU version of the other servers; otherwise the databases get the wrong version.
    Invoke-Shown -Command { Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<DatabaseServerFqdn>' -Verbose -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<DatabaseServerFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Do the archiving and monitoring databases exist on their SQL server? no, the server or a database was lost
# Only if not: archiving or monitoring data lie on the Back End Server
# Only if How are the archiving and monitoring databases re-created? Topology Builder, Install Database
# Only if for each <DatabaseServerFqdn> of archiving and monitoring servers
if (Test-Step -Id 'restore-archmon/ma-recreate' -Title 'Re-create the databases' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn ''<DatabaseServerFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server that runs the command needs the CU version of the other servers; otherwise the databases get the wrong version.
    Write-Host 'Download the topology in Topology Builder. Right-click Lync Server 2013, Install Database; on the page Create databases tick the databases of <DatabaseServerFqdn>, go through the wizard, Finish. Publish nothing.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<DatabaseServerFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if for each <DatabaseName> of archiving and monitoring databases
if (Test-Step -Id 'restore-archmon/ma-device' -Title 'Verify the backup (RESTORE VERIFYONLY)' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it manually, without CHECKSUM.
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<DatabaseFile>'' WITH CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if for each <DatabaseName> of archiving and monitoring databases
if (Test-Step -Id 'restore-archmon/ma-options' -Title 'Restore the database' -RunOn '<DatabaseInstance>' -Account 'sql-admin' -Look 'on <DatabaseInstance> run: sqlcmd ''-S'' ''<DatabaseInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''''<DatabaseName>'''' AND h.restore_type = N''''D'''' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''''<DatabaseName>'''' ORDER BY h.restore_history_id DESC, f.family_sequence_number;'' | Out-Host; if it shows every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of the BackupSets that the step reads first, the step has had its effect' -Undo 'none; restore another backup of the same database') {
    # Note: The files are placed where those of the present database are; their logical names are read from the backup.
    # Note: The database is set back to MULTI_USER even when the restore fails.
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'EXEC master.dbo.xp_fileexist N''<DatabaseFile>'';' | Out-Host }
    Confirm-Check -Question 'Before: the SQL service account can access the backup file: does it show every object: File Exists is 1?'
    Confirm-Harm -Harm 'replaces everything in <DatabaseName> on <DatabaseInstance> with the backup and closes its connections' -Name '<DatabaseServerFqdn>'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''<DatabaseFile>'';' | Out-Host }
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from <DatabaseInstance>)'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''<DatabaseName>'') ORDER BY file_id;' | Out-Host }
    $Read_Files = Read-Value -Question 'physical_name (from <DatabaseInstance>)'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'RESTORE HEADERONLY FROM DISK = N''<DatabaseFile>'';' | Out-Host }
    $Read_BackupSets = Read-Value -Question 'BackupSetGUID (from <DatabaseInstance>)'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''ONLINE'') ALTER DATABASE [<DatabaseName>] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [<DatabaseName>] FROM DISK = N''<DatabaseFile>'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [<DatabaseName>] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files))) | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''<DatabaseName>'' AND h.restore_type = N''D'' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''<DatabaseName>'' ORDER BY h.restore_history_id DESC, f.family_sequence_number;' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of <Read:BackupSets>?'.Replace('<Read:BackupSets>', ($Read_BackupSets -join ', ')))
    # To undo: none; restore another backup of the same database
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if for each <DatabaseName> of archiving and monitoring databases
if (Test-Step -Id 'restore-archmon/ma-acl' -Title 'Grant RTCComponentUniversalServices access' -RunOn '<DatabaseInstance>' -Account 'sql-admin' -Look 'on <DatabaseInstance> run: sqlcmd ''-S'' ''<DatabaseInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''USE [<DatabaseName>];
SELECT SUSER_ID(N''''<DOMAIN>\RTCComponentUniversalServices'''') AS login_id, DATABASE_PRINCIPAL_ID(N''''<DOMAIN>\RTCComponentUniversalServices'''') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''''ServerRole'''') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''''<DOMAIN>\RTCComponentUniversalServices'''')) THEN 1 ELSE 0 END AS in_role;
USE [master];'' | Out-Host; if it shows every object: login_id is not empty and in_role is 1, the step has had its effect') {
    # Note: Adds login, user and role membership only where they are missing.
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'USE [master];
IF SUSER_ID(N''<DOMAIN>\RTCComponentUniversalServices'') IS NULL CREATE LOGIN [<DOMAIN>\RTCComponentUniversalServices] FROM WINDOWS;
USE [<DatabaseName>];
IF DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'') IS NULL CREATE USER [<DOMAIN>\RTCComponentUniversalServices] FOR LOGIN [<DOMAIN>\RTCComponentUniversalServices];
EXEC sp_addrolemember N''ServerRole'', N''<DOMAIN>\RTCComponentUniversalServices'';
USE [master];' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'USE [<DatabaseName>];
SELECT SUSER_ID(N''<DOMAIN>\RTCComponentUniversalServices'') AS login_id, DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''ServerRole'') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'')) THEN 1 ELSE 0 END AS in_role;
USE [master];' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: login_id is not empty and in_role is 1?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if Does the database mgc exist on its SQL server? no, the server or the database was lost
# Only if not: the Persistent Chat database lies on a server of the pool or Back End
# Only if How is the Persistent Chat database re-created? Install-CsDatabase
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-recreate' -Title 'Re-create the Persistent Chat database' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Test-CsDatabase -DatabaseType ''PersistentChat'' -SqlServerFqdn ''<PChatSqlFqdn>'' -SqlInstanceName ''<PChatSqlInstance>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server that runs the command needs the CU version of the other servers; otherwise the database gets the wrong version.
    Invoke-Shown -Command { Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<PChatSqlFqdn>' -Verbose -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Test-CsDatabase -DatabaseType 'PersistentChat' -SqlServerFqdn '<PChatSqlFqdn>' -SqlInstanceName '<PChatSqlInstance>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if Does the database mgc exist on its SQL server? no, the server or the database was lost
# Only if not: the Persistent Chat database lies on a server of the pool or Back End
# Only if How is the Persistent Chat database re-created? Topology Builder, Install Database
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-recreate' -Title 'Re-create the Persistent Chat database' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Test-CsDatabase -DatabaseType ''PersistentChat'' -SqlServerFqdn ''<PChatSqlFqdn>'' -SqlInstanceName ''<PChatSqlInstance>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server that runs the command needs the CU version of the other servers; otherwise the database gets the wrong version.
    Write-Host 'Download the topology in Topology Builder. Right-click Lync Server 2013, Install Database; on the page Create databases tick the Persistent Chat database of <PChatSqlFqdn>, go through the wizard, Finish. Publish nothing.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Test-CsDatabase -DatabaseType 'PersistentChat' -SqlServerFqdn '<PChatSqlFqdn>' -SqlInstanceName '<PChatSqlInstance>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if not: Persistent Chat runs on the servers of the pool itself
# Only if for each <PChatMemberFqdn> of persistent chat servers
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-stop.1' -Title 'Stop the services of the Persistent Chat Server' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService -ComputerName ''<PChatMemberFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName <PChatMemberFqdn>') {
    Confirm-Harm -Harm 'stops Persistent Chat on <PChatMemberFqdn>; its rooms are unavailable until it is started again' -Name '<PChatMemberFqdn>'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName '<PChatMemberFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<PChatMemberFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService -ComputerName <PChatMemberFqdn>
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if Persistent Chat runs on the servers of the pool itself
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-stop.2' -Title 'Stop the Persistent Chat service only' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Where-Object -Property ''DisplayName'' -Value ''*Persistent Chat*'' -Like | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'start the same services') {
    # Note: The other services of the server keep running; only Persistent Chat is interrupted.
    Confirm-Harm -Harm 'stops Persistent Chat on <ServerFqdn>; its rooms are unavailable until it is started again' -Name '<ServerFqdn>'
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Stop-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: start the same services
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-sql.1' -Title 'Verify the backup (RESTORE VERIFYONLY)' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it manually, without CHECKSUM.
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<DatabaseFile>'' WITH CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-sql.2' -Title 'Restore the database' -RunOn '<DatabaseInstance>' -Account 'sql-admin' -Look 'on <DatabaseInstance> run: sqlcmd ''-S'' ''<DatabaseInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''''<DatabaseName>'''' AND h.restore_type = N''''D'''' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''''<DatabaseName>'''' ORDER BY h.restore_history_id DESC, f.family_sequence_number;'' | Out-Host; if it shows every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of the BackupSets that the step reads first, the step has had its effect' -Undo 'none; restore another backup of the same database') {
    # Note: The files are placed where those of the present database are; their logical names are read from the backup.
    # Note: The database is set back to MULTI_USER even when the restore fails.
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'EXEC master.dbo.xp_fileexist N''<DatabaseFile>'';' | Out-Host }
    Confirm-Check -Question 'Before: the SQL service account can access the backup file: does it show every object: File Exists is 1?'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'SELECT spid, loginame, hostname, program_name FROM sys.sysprocesses WHERE dbid = DB_ID(N''<DatabaseName>'') ORDER BY spid;' | Out-Host }
    Confirm-Check -Question 'Before: no Persistent Chat service is connected to the database: does it show the number of objects is 0?'
    Confirm-Harm -Harm 'replaces everything in <DatabaseName> on <DatabaseInstance> with the backup and closes its connections' -Name '<DatabaseServerFqdn>'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''<DatabaseFile>'';' | Out-Host }
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from <DatabaseInstance>)'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''<DatabaseName>'') ORDER BY file_id;' | Out-Host }
    $Read_Files = Read-Value -Question 'physical_name (from <DatabaseInstance>)'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'RESTORE HEADERONLY FROM DISK = N''<DatabaseFile>'';' | Out-Host }
    $Read_BackupSets = Read-Value -Question 'BackupSetGUID (from <DatabaseInstance>)'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''ONLINE'') ALTER DATABASE [<DatabaseName>] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [<DatabaseName>] FROM DISK = N''<DatabaseFile>'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [<DatabaseName>] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files))) | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''<DatabaseName>'' AND h.restore_type = N''D'' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''<DatabaseName>'' ORDER BY h.restore_history_id DESC, f.family_sequence_number;' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of <Read:BackupSets>?'.Replace('<Read:BackupSets>', ($Read_BackupSets -join ', ')))
    # To undo: none; restore another backup of the same database
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-sql.3' -Title 'Grant RTCComponentUniversalServices access' -RunOn '<DatabaseInstance>' -Account 'sql-admin' -Look 'on <DatabaseInstance> run: sqlcmd ''-S'' ''<DatabaseInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''USE [<DatabaseName>];
SELECT SUSER_ID(N''''<DOMAIN>\RTCComponentUniversalServices'''') AS login_id, DATABASE_PRINCIPAL_ID(N''''<DOMAIN>\RTCComponentUniversalServices'''') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''''ServerRole'''') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''''<DOMAIN>\RTCComponentUniversalServices'''')) THEN 1 ELSE 0 END AS in_role;
USE [master];'' | Out-Host; if it shows every object: login_id is not empty and in_role is 1, the step has had its effect') {
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'USE [master];
IF SUSER_ID(N''<DOMAIN>\RTCComponentUniversalServices'') IS NULL CREATE LOGIN [<DOMAIN>\RTCComponentUniversalServices] FROM WINDOWS;
USE [<DatabaseName>];
IF DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'') IS NULL CREATE USER [<DOMAIN>\RTCComponentUniversalServices] FOR LOGIN [<DOMAIN>\RTCComponentUniversalServices];
EXEC sp_addrolemember N''ServerRole'', N''<DOMAIN>\RTCComponentUniversalServices'';
USE [master];' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'USE [<DatabaseName>];
SELECT SUSER_ID(N''<DOMAIN>\RTCComponentUniversalServices'') AS login_id, DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''ServerRole'') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'')) THEN 1 ELSE 0 END AS in_role;
USE [master];' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: login_id is not empty and in_role is 1?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-save.1' -Title 'Create the folder for this backup' -RunOn '<PChatSqlFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<local backup folder>' -Force -Confirm:$false | Out-Host }
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-save.2' -Title 'Back up the present database' -RunOn '<PChatInstance>' -Account 'sql-admin' -Look 'on <PChatInstance> run: sqlcmd ''-S'' ''<PChatInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''''mgc'''' AND f.physical_device_name = N''''<local backup folder>\mgc_before_import_<BackupSetName>.bak'''' ORDER BY s.backup_set_id DESC;'' | Out-Host; if it shows every object: BackupId is above what it was just before this step, the step has had its effect') {
    # Note: The import adds to what exists and cannot be undone; only this file restores the present state.
    # Note: If the file exists already from an earlier attempt, keep it and skip this step; it holds the older state.
    Invoke-Shown -Command { sqlcmd '-S' '<PChatInstance>' '-E' '-b' '-x' '-Q' 'BACKUP DATABASE [mgc] TO DISK = N''<local backup folder>\mgc_before_import_<BackupSetName>.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<PChatInstance>' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''mgc'' AND f.physical_device_name = N''<local backup folder>\mgc_before_import_<BackupSetName>.bak'' ORDER BY s.backup_set_id DESC;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: BackupId is above what it was just before this step?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-import.1' -Title 'Create the folder for the reports' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force -Confirm:$false | Out-Host }
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-import.2' -Title 'Copy the export to the server and check it' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: certutil ''-hashfile'' ''<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:PersistentChat:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<Run:local-folder>\PersistentChat' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:PersistentChat>' -Destination '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:PersistentChat:sha256>?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-import.3' -Title 'Test the import (-WhatIf)' -RunOn '<ServerFqdn>' -Account 'chat-admin' -Look 'on <ServerFqdn> run: Get-Item -LiteralPath ''C:\Logs\RehearsePersistentChat_<BackupSetName>.html'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    # Note: Nothing is written. Fix what it reports before the import.
    # Note: Its report is C:\Logs\RehearsePersistentChat_<BackupSetName>.html.
    Invoke-Shown -Command { Import-CsPersistentChatData -DBInstance '<PChatInstance>' -FileName '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' -Report 'C:\Logs\RehearsePersistentChat_<BackupSetName>.html' -WhatIf -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Logs\RehearsePersistentChat_<BackupSetName>.html' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-import.4' -Title 'Import' -RunOn '<ServerFqdn>' -Account 'chat-admin' -Look 'on <ServerFqdn> run: Export-CsPersistentChatData -DBInstance ''<PChatInstance>'' -FileName ''<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>-again.zip''; Get-Item -LiteralPath @(''<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>-again.zip'', ''<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>'') | Out-Host; if it shows in the new export all that the imported one holds, the step has had its effect' -Undo 'restore mgc from the backup that was made before the import') {
    # Note: Read the report C:\Logs\ImportPersistentChat_<BackupSetName>.html.
    # Note: The database is exported before and after the import, to a new file that is deleted, and compared with the export of the set. What such a file holds is documented nowhere: its elements are compared one by one.
    # Note: An interrupted import may have added a part; then restore mgc from that backup before it is sent again.
    Write-Host 'On <PChatInstance> as sql-admin run: sqlcmd ''-S'' ''<PChatInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT spid, loginame, hostname, program_name FROM sys.sysprocesses WHERE dbid = DB_ID(N''''mgc'''') ORDER BY spid;'' | Out-Host'
    Confirm-Check -Question 'Before: no Persistent Chat service is connected to the database: does it show the number of objects is 0?'
    Confirm-Harm -Harm 'adds the exported rooms and messages to mgc on <PChatInstance>; it cannot be undone' -Name '<PChatSqlFqdn>'
    Invoke-Shown -Command { Import-CsPersistentChatData -DBInstance '<PChatInstance>' -FileName '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' -Report 'C:\Logs\ImportPersistentChat_<BackupSetName>.html' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Export-CsPersistentChatData -DBInstance '<PChatInstance>' -FileName '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>-again.zip'; Get-Item -LiteralPath @('<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>-again.zip', '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>') | Out-Host }
    Confirm-Check -Question 'Verify: does it show in the new export all that the imported one holds?'
    # To undo: restore mgc from the backup that was made before the import
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if not: Persistent Chat runs on the servers of the pool itself
# Only if for each <PChatMemberFqdn> of persistent chat servers
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-start.1' -Title 'Start the services of the Persistent Chat Server' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService -ComputerName ''<PChatMemberFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 30 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName '<PChatMemberFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<PChatMemberFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if Persistent Chat runs on the servers of the pool itself
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-start.2' -Title 'Start the Persistent Chat service' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Where-Object -Property ''DisplayName'' -Value ''*Persistent Chat*'' -Like | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 30 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Start-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-start.3' -Title 'List the categories' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    Invoke-Shown -Command { Get-CsPersistentChatCategory | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
if (Test-Step -Id 'restore-archmon/restore-pchat/pc-start.4' -Title 'List the rooms' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    # Note: Compare them with the list of the backup.
    Invoke-Shown -Command { Get-CsPersistentChatRoom | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore Archiving and Monitoring data
# Only if what else lay on the server of the Central Management store is restored
# Only if archiving or monitoring data lie on the Back End Server
# Only if Were SQL Server Reporting Services or their database lost? yes
if (Test-Step -Id 'restore-archmon/ma-reports' -Title 'Deploy the Monitoring Reports' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The reports are part of no backup here. Open their home page afterwards and look at one of them.
    Write-Host 'Install and configure Reporting Services under its old instance name. Then Deployment Wizard, Deploy Monitoring Reports, with monitoring database, Reporting Services instance, credentials and read-only group as recorded. With a mirrored monitoring store add the partner to both data sources.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if Does the database mgc exist on its SQL server? no, the server or the database was lost
# Only if not: the Persistent Chat database lies on a server of the pool or Back End
# Only if How is the Persistent Chat database re-created? Install-CsDatabase
if (Test-Step -Id 'restore-pchat/pc-recreate' -Title 'Re-create the Persistent Chat database' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Test-CsDatabase -DatabaseType ''PersistentChat'' -SqlServerFqdn ''<PChatSqlFqdn>'' -SqlInstanceName ''<PChatSqlInstance>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server that runs the command needs the CU version of the other servers; otherwise the database gets the wrong version.
    Invoke-Shown -Command { Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<PChatSqlFqdn>' -Verbose -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Test-CsDatabase -DatabaseType 'PersistentChat' -SqlServerFqdn '<PChatSqlFqdn>' -SqlInstanceName '<PChatSqlInstance>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if Does the database mgc exist on its SQL server? no, the server or the database was lost
# Only if not: the Persistent Chat database lies on a server of the pool or Back End
# Only if How is the Persistent Chat database re-created? Topology Builder, Install Database
if (Test-Step -Id 'restore-pchat/pc-recreate' -Title 'Re-create the Persistent Chat database' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Test-CsDatabase -DatabaseType ''PersistentChat'' -SqlServerFqdn ''<PChatSqlFqdn>'' -SqlInstanceName ''<PChatSqlInstance>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server that runs the command needs the CU version of the other servers; otherwise the database gets the wrong version.
    Write-Host 'Download the topology in Topology Builder. Right-click Lync Server 2013, Install Database; on the page Create databases tick the Persistent Chat database of <PChatSqlFqdn>, go through the wizard, Finish. Publish nothing.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Test-CsDatabase -DatabaseType 'PersistentChat' -SqlServerFqdn '<PChatSqlFqdn>' -SqlInstanceName '<PChatSqlInstance>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if not: Persistent Chat runs on the servers of the pool itself
# Only if for each <PChatMemberFqdn> of persistent chat servers
if (Test-Step -Id 'restore-pchat/pc-stop.1' -Title 'Stop the services of the Persistent Chat Server' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService -ComputerName ''<PChatMemberFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName <PChatMemberFqdn>') {
    Confirm-Harm -Harm 'stops Persistent Chat on <PChatMemberFqdn>; its rooms are unavailable until it is started again' -Name '<PChatMemberFqdn>'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName '<PChatMemberFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<PChatMemberFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService -ComputerName <PChatMemberFqdn>
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if Persistent Chat runs on the servers of the pool itself
if (Test-Step -Id 'restore-pchat/pc-stop.2' -Title 'Stop the Persistent Chat service only' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Where-Object -Property ''DisplayName'' -Value ''*Persistent Chat*'' -Like | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'start the same services') {
    # Note: The other services of the server keep running; only Persistent Chat is interrupted.
    Confirm-Harm -Harm 'stops Persistent Chat on <ServerFqdn>; its rooms are unavailable until it is started again' -Name '<ServerFqdn>'
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Stop-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: start the same services
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'restore-pchat/pc-sql.1' -Title 'Verify the backup (RESTORE VERIFYONLY)' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it manually, without CHECKSUM.
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<DatabaseFile>'' WITH CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'restore-pchat/pc-sql.2' -Title 'Restore the database' -RunOn '<DatabaseInstance>' -Account 'sql-admin' -Look 'on <DatabaseInstance> run: sqlcmd ''-S'' ''<DatabaseInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''''<DatabaseName>'''' AND h.restore_type = N''''D'''' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''''<DatabaseName>'''' ORDER BY h.restore_history_id DESC, f.family_sequence_number;'' | Out-Host; if it shows every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of the BackupSets that the step reads first, the step has had its effect' -Undo 'none; restore another backup of the same database') {
    # Note: The files are placed where those of the present database are; their logical names are read from the backup.
    # Note: The database is set back to MULTI_USER even when the restore fails.
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'EXEC master.dbo.xp_fileexist N''<DatabaseFile>'';' | Out-Host }
    Confirm-Check -Question 'Before: the SQL service account can access the backup file: does it show every object: File Exists is 1?'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'SELECT spid, loginame, hostname, program_name FROM sys.sysprocesses WHERE dbid = DB_ID(N''<DatabaseName>'') ORDER BY spid;' | Out-Host }
    Confirm-Check -Question 'Before: no Persistent Chat service is connected to the database: does it show the number of objects is 0?'
    Confirm-Harm -Harm 'replaces everything in <DatabaseName> on <DatabaseInstance> with the backup and closes its connections' -Name '<DatabaseServerFqdn>'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''<DatabaseFile>'';' | Out-Host }
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from <DatabaseInstance>)'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''<DatabaseName>'') ORDER BY file_id;' | Out-Host }
    $Read_Files = Read-Value -Question 'physical_name (from <DatabaseInstance>)'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'RESTORE HEADERONLY FROM DISK = N''<DatabaseFile>'';' | Out-Host }
    $Read_BackupSets = Read-Value -Question 'BackupSetGUID (from <DatabaseInstance>)'
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''ONLINE'') ALTER DATABASE [<DatabaseName>] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [<DatabaseName>] FROM DISK = N''<DatabaseFile>'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''<DatabaseName>'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [<DatabaseName>] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files))) | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''<DatabaseName>'' AND h.restore_type = N''D'' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''<DatabaseName>'' ORDER BY h.restore_history_id DESC, f.family_sequence_number;' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of <Read:BackupSets>?'.Replace('<Read:BackupSets>', ($Read_BackupSets -join ', ')))
    # To undo: none; restore another backup of the same database
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'restore-pchat/pc-sql.3' -Title 'Grant RTCComponentUniversalServices access' -RunOn '<DatabaseInstance>' -Account 'sql-admin' -Look 'on <DatabaseInstance> run: sqlcmd ''-S'' ''<DatabaseInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''USE [<DatabaseName>];
SELECT SUSER_ID(N''''<DOMAIN>\RTCComponentUniversalServices'''') AS login_id, DATABASE_PRINCIPAL_ID(N''''<DOMAIN>\RTCComponentUniversalServices'''') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''''ServerRole'''') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''''<DOMAIN>\RTCComponentUniversalServices'''')) THEN 1 ELSE 0 END AS in_role;
USE [master];'' | Out-Host; if it shows every object: login_id is not empty and in_role is 1, the step has had its effect') {
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'USE [master];
IF SUSER_ID(N''<DOMAIN>\RTCComponentUniversalServices'') IS NULL CREATE LOGIN [<DOMAIN>\RTCComponentUniversalServices] FROM WINDOWS;
USE [<DatabaseName>];
IF DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'') IS NULL CREATE USER [<DOMAIN>\RTCComponentUniversalServices] FOR LOGIN [<DOMAIN>\RTCComponentUniversalServices];
EXEC sp_addrolemember N''ServerRole'', N''<DOMAIN>\RTCComponentUniversalServices'';
USE [master];' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'USE [<DatabaseName>];
SELECT SUSER_ID(N''<DOMAIN>\RTCComponentUniversalServices'') AS login_id, DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''ServerRole'') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''<DOMAIN>\RTCComponentUniversalServices'')) THEN 1 ELSE 0 END AS in_role;
USE [master];' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: login_id is not empty and in_role is 1?'
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-pchat/pc-save.1' -Title 'Create the folder for this backup' -RunOn '<PChatSqlFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<local backup folder>' -Force -Confirm:$false | Out-Host }
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-pchat/pc-save.2' -Title 'Back up the present database' -RunOn '<PChatInstance>' -Account 'sql-admin' -Look 'on <PChatInstance> run: sqlcmd ''-S'' ''<PChatInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''''mgc'''' AND f.physical_device_name = N''''<local backup folder>\mgc_before_import_<BackupSetName>.bak'''' ORDER BY s.backup_set_id DESC;'' | Out-Host; if it shows every object: BackupId is above what it was just before this step, the step has had its effect') {
    # Note: The import adds to what exists and cannot be undone; only this file restores the present state.
    # Note: If the file exists already from an earlier attempt, keep it and skip this step; it holds the older state.
    Invoke-Shown -Command { sqlcmd '-S' '<PChatInstance>' '-E' '-b' '-x' '-Q' 'BACKUP DATABASE [mgc] TO DISK = N''<local backup folder>\mgc_before_import_<BackupSetName>.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<PChatInstance>' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''mgc'' AND f.physical_device_name = N''<local backup folder>\mgc_before_import_<BackupSetName>.bak'' ORDER BY s.backup_set_id DESC;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: BackupId is above what it was just before this step?'
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-pchat/pc-import.1' -Title 'Create the folder for the reports' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force -Confirm:$false | Out-Host }
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-pchat/pc-import.2' -Title 'Copy the export to the server and check it' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: certutil ''-hashfile'' ''<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:PersistentChat:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<Run:local-folder>\PersistentChat' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:PersistentChat>' -Destination '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:PersistentChat:sha256>?'
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-pchat/pc-import.3' -Title 'Test the import (-WhatIf)' -RunOn '<ServerFqdn>' -Account 'chat-admin' -Look 'on <ServerFqdn> run: Get-Item -LiteralPath ''C:\Logs\RehearsePersistentChat_<BackupSetName>.html'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    # Note: Nothing is written. Fix what it reports before the import.
    # Note: Its report is C:\Logs\RehearsePersistentChat_<BackupSetName>.html.
    Invoke-Shown -Command { Import-CsPersistentChatData -DBInstance '<PChatInstance>' -FileName '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' -Report 'C:\Logs\RehearsePersistentChat_<BackupSetName>.html' -WhatIf -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Logs\RehearsePersistentChat_<BackupSetName>.html' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-pchat/pc-import.4' -Title 'Import' -RunOn '<ServerFqdn>' -Account 'chat-admin' -Look 'on <ServerFqdn> run: Export-CsPersistentChatData -DBInstance ''<PChatInstance>'' -FileName ''<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>-again.zip''; Get-Item -LiteralPath @(''<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>-again.zip'', ''<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>'') | Out-Host; if it shows in the new export all that the imported one holds, the step has had its effect' -Undo 'restore mgc from the backup that was made before the import') {
    # Note: Read the report C:\Logs\ImportPersistentChat_<BackupSetName>.html.
    # Note: The database is exported before and after the import, to a new file that is deleted, and compared with the export of the set. What such a file holds is documented nowhere: its elements are compared one by one.
    # Note: An interrupted import may have added a part; then restore mgc from that backup before it is sent again.
    Write-Host 'On <PChatInstance> as sql-admin run: sqlcmd ''-S'' ''<PChatInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT spid, loginame, hostname, program_name FROM sys.sysprocesses WHERE dbid = DB_ID(N''''mgc'''') ORDER BY spid;'' | Out-Host'
    Confirm-Check -Question 'Before: no Persistent Chat service is connected to the database: does it show the number of objects is 0?'
    Confirm-Harm -Harm 'adds the exported rooms and messages to mgc on <PChatInstance>; it cannot be undone' -Name '<PChatSqlFqdn>'
    Invoke-Shown -Command { Import-CsPersistentChatData -DBInstance '<PChatInstance>' -FileName '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' -Report 'C:\Logs\ImportPersistentChat_<BackupSetName>.html' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Export-CsPersistentChatData -DBInstance '<PChatInstance>' -FileName '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>-again.zip'; Get-Item -LiteralPath @('<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>-again.zip', '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>') | Out-Host }
    Confirm-Check -Question 'Verify: does it show in the new export all that the imported one holds?'
    # To undo: restore mgc from the backup that was made before the import
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if not: Persistent Chat runs on the servers of the pool itself
# Only if for each <PChatMemberFqdn> of persistent chat servers
if (Test-Step -Id 'restore-pchat/pc-start.1' -Title 'Start the services of the Persistent Chat Server' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService -ComputerName ''<PChatMemberFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 30 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName '<PChatMemberFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<PChatMemberFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if Persistent Chat runs on the servers of the pool itself
if (Test-Step -Id 'restore-pchat/pc-start.2' -Title 'Start the Persistent Chat service' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Where-Object -Property ''DisplayName'' -Value ''*Persistent Chat*'' -Like | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 30 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Start-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
if (Test-Step -Id 'restore-pchat/pc-start.3' -Title 'List the categories' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    Invoke-Shown -Command { Get-CsPersistentChatCategory | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore Persistent Chat
# Only if what else lay on the server of the Central Management store is restored
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
if (Test-Step -Id 'restore-pchat/pc-start.4' -Title 'List the rooms' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    # Note: Compare them with the list of the backup.
    Invoke-Shown -Command { Get-CsPersistentChatRoom | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Mirror the archiving and monitoring databases again
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if SQL backups of databases of this Back End are in the set
# Only if the archiving database is mirrored on this Back End
if (Test-Step -Id 'cms-mirror-archmon.1' -Title 'Mirror the archiving database' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-CsDatabaseMirrorState -PoolFqdn ''<PoolFqdn>'' -DatabaseType ''Archiving'' | Format-List -Property ''*'' | Out-Host; if it shows every object: StateOnMirror is Mirror, the step has had its effect') {
    Invoke-Shown -Command { Install-CsMirrorDatabase -DatabaseType 'Archiving' -FileShare '<MirrorFileShare>' -SqlServerFqdn '<CmsSqlServerFqdn>' -SqlInstanceName '<CmsSqlInstance>' -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'Archiving' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: StateOnMirror is Mirror?'
}

# ---- Mirror the archiving and monitoring databases again
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if SQL backups of databases of this Back End are in the set
# Only if the monitoring databases are mirrored on this Back End
if (Test-Step -Id 'cms-mirror-archmon.2' -Title 'Mirror the monitoring databases' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-CsDatabaseMirrorState -PoolFqdn ''<PoolFqdn>'' -DatabaseType ''Monitoring'' | Format-List -Property ''*'' | Out-Host; if it shows every object: StateOnMirror is Mirror, the step has had its effect') {
    # Note: A Persistent Chat database left out above is mirrored the same way, with -DatabaseType PersistentChat.
    Invoke-Shown -Command { Install-CsMirrorDatabase -DatabaseType 'Monitoring' -FileShare '<MirrorFileShare>' -SqlServerFqdn '<CmsSqlServerFqdn>' -SqlInstanceName '<CmsSqlInstance>' -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'Monitoring' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: StateOnMirror is Mirror?'
}

# ---- Restart all Front End Servers
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if SQL backups of databases of this Back End are in the set
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'cms-mirror-restart.1' -Title 'Stop the Lync services, gracefully' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: Get-CsWindowsService -ComputerName ''<FrontEndFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 15 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName <FrontEndFqdn>') {
    Confirm-Check -Question 'Before: the configuration is replicated?'
    Confirm-Harm -Harm 'interrupts service on <FrontEndFqdn>; its users move to the other Front End Servers' -Name '<FrontEndFqdn>'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName '<FrontEndFqdn>' -Graceful -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 15 min)?'
    # To undo: Start-CsWindowsService -ComputerName <FrontEndFqdn>
}

# ---- Restart all Front End Servers
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if SQL backups of databases of this Back End are in the set
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'cms-mirror-restart.2' -Title 'Start the Lync services' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: Get-CsWindowsService -ComputerName ''<FrontEndFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName '<FrontEndFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart all Front End Servers
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if SQL backups of databases of this Back End are in the set
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'cms-mirror-restart.3' -Title 'Check that every Front End Server of the pool runs again' -RunOn '<FirstMemberFqdn>' -Account 'lync-admin' -Look 'on <FirstMemberFqdn> run: Get-Service -Name @(''RTCSRV'') -ComputerName ''<PoolFrontEnds>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    # Note: The answer is for a person to read: it concerns updates, not this restore. Get-CsPoolFabricState -PoolFqdn <PoolFqdn> prints which routing group lacks replicas; look for the word missing.
    # Note: The next server is restarted only then. A pool with a single Front End Server is restarted outside working hours.
    Invoke-Shown -Command { Get-CsPoolUpgradeReadinessState | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('RTCSRV') -ComputerName '<PoolFrontEnds>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart all Front End Servers after the change of the mirror
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? no, the server works; only the store is lost or corrupt
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'cms-mirror-restart.1' -Title 'Stop the Lync services, gracefully' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: Get-CsWindowsService -ComputerName ''<FrontEndFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 15 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName <FrontEndFqdn>') {
    Confirm-Check -Question 'Before: the configuration is replicated?'
    Confirm-Harm -Harm 'interrupts service on <FrontEndFqdn>; its users move to the other Front End Servers' -Name '<FrontEndFqdn>'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName '<FrontEndFqdn>' -Graceful -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 15 min)?'
    # To undo: Start-CsWindowsService -ComputerName <FrontEndFqdn>
}

# ---- Restart all Front End Servers after the change of the mirror
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? no, the server works; only the store is lost or corrupt
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'cms-mirror-restart.2' -Title 'Start the Lync services' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: Get-CsWindowsService -ComputerName ''<FrontEndFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName '<FrontEndFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart all Front End Servers after the change of the mirror
# Only if the Central Management store is mirrored
# Only if Is the user store lost with the server? no, the server works; only the store is lost or corrupt
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'cms-mirror-restart.3' -Title 'Check that every Front End Server of the pool runs again' -RunOn '<FirstMemberFqdn>' -Account 'lync-admin' -Look 'on <FirstMemberFqdn> run: Get-Service -Name @(''RTCSRV'') -ComputerName ''<PoolFrontEnds>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    # Note: The answer is for a person to read: it concerns updates, not this restore. Get-CsPoolFabricState -PoolFqdn <PoolFqdn> prints which routing group lacks replicas; look for the word missing.
    # Note: The next server is restarted only then. A pool with a single Front End Server is restarted outside working hours.
    Invoke-Shown -Command { Get-CsPoolUpgradeReadinessState | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('RTCSRV') -ComputerName '<PoolFrontEnds>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Kerberos account password
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if a Kerberos web authentication account is assigned to the site
# Only if another Lync server with a local replica works
if (Test-Step -Id 'cms-kerberos.1' -Title 'Copy the password to the rebuilt server' -RunOn '<ShellFqdn>' -Account 'lync-admin') {
    # Note: Windows shows no password; Test-CsKerberosAccountAssignment in the next step tells whether it is right.
    Confirm-Harm -Harm 'sets the Kerberos account''s password in IIS on <ServerFqdn>' -Name '<ServerFqdn>'
    Invoke-Shown -Command { Set-CsKerberosAccountPassword -FromComputer '<ShellFqdn>' -ToComputer '<ServerFqdn>' -Confirm:$false | Out-Host }
}

# ---- Kerberos account password
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if a Kerberos web authentication account is assigned to the site
# Only if not: another Lync server with a local replica works
if (Test-Step -Id 'cms-kerberos.2' -Title 'Set a new password, there is no server to copy it from' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Undo 'none; it can be set again') {
    # Note: Windows shows no password; Test-CsKerberosAccountAssignment in the next step tells whether it is right.
    Confirm-Harm -Harm 'sets a new password of the Kerberos account, in Active Directory and in IIS' -Name '<ServerFqdn>'
    Invoke-Shown -Command { Set-CsKerberosAccountPassword -UserAccount '<KerberosAccount>' -Confirm:$false | Out-Host }
    # To undo: none; it can be set again
}

# ---- Kerberos account password
# Only if the target is a Standard Edition server
# Only if Is the user store lost with the server? yes, the server is gone and rebuilt
# Only if a Kerberos web authentication account is assigned to the site
if (Test-Step -Id 'cms-kerberos.3' -Title 'Enable the topology' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Test-CsKerberosAccountAssignment -Identity ''site:<SiteName>'' | Out-Host; if it shows no object: the value contains fail, the step has had its effect') {
    Confirm-Harm -Harm 'rewrites AD objects and ACLs according to the topology' -Name '<ServerFqdn>'
    Invoke-Shown -Command { Enable-CsTopology -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Test-CsKerberosAccountAssignment -Identity 'site:<SiteName>' | Out-Host }
    Confirm-Check -Question 'Verify: does it show no object: the value contains fail?'
}

# ---- Check replication everywhere
if (Test-Step -Id 'cms-final.1' -Title 'Check that the master and the file transfer agents are active' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property ''*'' | Out-Host; if it shows every object: ActiveMasterFqdn is not empty and ActiveFileTransferAgents is not empty (within 15 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ActiveMasterFqdn is not empty and ActiveFileTransferAgents is not empty (within 15 min)?'
}

# ---- Check replication everywhere
if (Test-Step -Id 'cms-final.2' -Title 'Check that replication works, and list every replica' -RunOn '<ShellFqdn>' -Account 'lync-admin' -Look 'on <ShellFqdn> run: Get-CsManagementStoreReplicationStatus -ReplicaFqdn ''<ShellFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: UpToDate is True (within 30 min), the step has had its effect') {
    # Note: A server that is still down stays at UpToDate False until it is restored; every other one follows within minutes.
    # Note: Force it with Invoke-CsManagementStoreReplication; the services of the store must run.
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<ShellFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 30 min)?'
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'cms-accept.1.1' -Title 'Try it: a test user signs in' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    # Note: The passwords of <TestUser1> and <TestUser2> are asked once and kept in memory only.
    # Note: Each of these tests may be left out with a reason; the report shows result and latency.
    Invoke-Shown -Command { Test-CsRegistration -TargetFqdn '<TriedPoolFqdn>' -UserSipAddress '<TestUser1Sip>' -UserCredential (Get-Credential '<TestUser1>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'cms-accept.1.2' -Title 'Try it: an instant message between two test users' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsIM -TargetFqdn '<TriedPoolFqdn>' -SenderSipAddress '<TestUser1Sip>' -SenderCredential (Get-Credential '<TestUser1>') -ReceiverSipAddress '<TestUser2Sip>' -ReceiverCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'cms-accept.1.3' -Title 'Try it: one test user sees the presence of the other' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPresence -TargetFqdn '<TriedPoolFqdn>' -PublisherSipAddress '<TestUser1Sip>' -PublisherCredential (Get-Credential '<TestUser1>') -SubscriberSipAddress '<TestUser2Sip>' -SubscriberCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'cms-accept.1.4' -Title 'Try it: a conference of two test users with messages' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsGroupIM -TargetFqdn '<TriedPoolFqdn>' -SenderSipAddress '<TestUser1Sip>' -SenderCredential (Get-Credential '<TestUser1>') -ReceiverSipAddress '<TestUser2Sip>' -ReceiverCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'cms-accept.1.5' -Title 'Try it: a test user reaches the Address Book' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsAddressBookService -TargetFqdn '<TriedPoolFqdn>' -UserSipAddress '<TestUser1Sip>' -UserCredential (Get-Credential '<TestUser1>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
# Only if the users of the pool that is tried have Persistent Chat
# Only if Persistent Chat of the pool that is tried was not lost with it
if (Test-Step -Id 'cms-accept.1.6' -Title 'Try it: a message in a chat room' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPersistentChatMessage -TargetFqdn '<TriedPoolFqdn>' -SenderSipAddress '<TestUser1Sip>' -SenderCredential (Get-Credential '<TestUser1>') -ReceiverSipAddress '<TestUser2Sip>' -ReceiverCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? a person signs in and tries
if (Test-Step -Id 'cms-accept.2' -Title 'Try it: sign in, send messages, look at contacts' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    # Note: Record two test accounts in the deployment facts; the next restore then tries all this by cmdlets.
    # Note: Only a person sees what the client shows.
    Write-Host 'Sign in to the Lync client as two users of <TriedPoolFqdn>. Look at the contact lists, send an instant message in both directions, start a conference of the two with a third person, search for a name in the Address Book, and write into a chat room where Persistent Chat is deployed. An Edge Server: sign in from outside as well.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'cms-accept.2.1' -Title 'Try it: a test user signs in' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    # Note: Each of these tests may be left out with a reason; the report shows result and latency.
    Invoke-Shown -Command { Test-CsRegistration -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'cms-accept.2.2' -Title 'Try it: an instant message between two test users' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsIM -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'cms-accept.2.3' -Title 'Try it: one test user sees the presence of the other' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPresence -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'cms-accept.2.4' -Title 'Try it: a conference of two test users with messages' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsGroupIM -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'cms-accept.2.5' -Title 'Try it: a test user reaches the Address Book' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsAddressBookService -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
# Only if the users of the pool that is tried have Persistent Chat
# Only if Persistent Chat of the pool that is tried was not lost with it
if (Test-Step -Id 'cms-accept.2.6' -Title 'Try it: a message in a chat room' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPersistentChatMessage -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Bring the users home
# Only if the pool has a backup pool
# Only if Does the partner of the pool serve its users at the moment? yes, they are failed over
if (Test-Step -Id 'cms-failback.1' -Title 'Go on with pool-failback' -RunOn '<FailedPoolServerFqdn>' -Account 'lync-admin') {
    # Note: <FailedPoolFqdn> runs again, and <ServingPoolFqdn> still serves its users. No user data and no Response Groups were imported here; the failback brings the newer ones.
    # Note: Wait until the Backup Service of <ServingPoolFqdn> is steady, then run pool-failback with <FailedPoolFqdn> as the target.
    Write-Host 'Decide: Go on with pool-failback (pool-failback is next)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

Write-Host 'Afterwards: Run Get-CsManagementStoreReplicationStatus once more after an hour; every replica must be up to date.'
Write-Host 'Afterwards: Restart a new host of the Central Management store once (pitfall P30).'
Write-Host 'Afterwards: Sign in a test user and look at the contact list.'
Write-Host 'Afterwards: Take a fresh backup into a new set.'
Complete-Record
} catch {
    Show-Failure -Failure $_
    $script:Ended = $true
    exit 1
} finally {
    Close-Record
}
exit 0
