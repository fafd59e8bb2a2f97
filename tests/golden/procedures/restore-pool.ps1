# Restore all servers of a pool (restore-pool)
# After: Restoring a Lync Server pool in Lync Server 2013
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

$script:Plan = 'restore-pool'
$script:Steps = @(
    'prepare/prep-decide',
    'pool-kind',
    'pool-backend.1',
    'pool-backend.2',
    'prepare/prep-ad',
    'restore-backend/be-bare.1',
    'restore-backend/be-bare.2',
    'restore-backend/be-bare.3',
    'restore-backend/be-sql.1',
    'restore-backend/be-sql.2',
    'restore-backend/be-filestore.1',
    'restore-backend/be-filestore.2',
    'restore-backend/be-databases.1',
    'restore-backend/be-databases.2',
    'restore-backend/be-databases.3',
    'restore-backend/be-databases.4',
    'restore-backend/be-databases.5',
    'restore-backend/be-databases.6',
    'restore-member/mem-bare.1',
    'restore-member/mem-bare.2',
    'restore-member/mem-bare.3',
    'restore-member/mem-bare.4',
    'restore-member/mem-bare.5',
    'restore-member/mem-registry.1',
    'restore-member/mem-registry.2',
    'restore-member/mem-registry.3',
    'restore-member/mem-registry.4',
    'restore-member/mem-edge-net.1',
    'restore-member/mem-edge-net.2',
    'restore-member/mem-setup.1',
    'restore-member/mem-setup.2',
    'restore-member/mem-step1.1',
    'restore-member/mem-step1.2',
    'restore-member/mem-step1.3',
    'restore-member/mem-step1.4',
    'restore-member/mem-step1.5',
    'restore-member/mem-step1.6',
    'restore-member/mem-step1.7',
    'restore-member/mem-step1.8',
    'restore-member/mem-step2.1',
    'restore-member/mem-step2.2',
    'restore-member/mem-step2',
    'restore-member/mem-update',
    'restore-member/mem-step3.1',
    'restore-member/mem-step3.2',
    'restore-member/mem-step3.3',
    'restore-member/mem-step3.4',
    'restore-member/mem-step4.1',
    'restore-member/mem-step4.2',
    'restore-member/mem-step4.3',
    'restore-member/mem-step4.4',
    'restore-member/mem-step4.5',
    'restore-backend/be-userdata.1',
    'restore-backend/be-userdata.2',
    'restore-backend/be-userdata.3',
    'restore-backend/be-userdata.4',
    'restore-backend/be-userdata.5',
    'restore-backend/be-userdata.6',
    'restore-backend/be-userdata.7',
    'pool-start.1',
    'pool-start.2',
    'pool-start.3',
    'pool-start.4',
    'restore-backend/restore-rgs/rgs-import.1',
    'restore-backend/restore-rgs/rgs-import.2',
    'restore-backend/restore-rgs/rgs-verify.1',
    'restore-backend/restore-rgs/rgs-verify.2',
    'restore-backend/restore-rgs/rgs-verify.3',
    'restore-backend/restore-rgs/rgs-verify.4',
    'restore-backend/restore-rgs/rgs-verify.5',
    'restore-backend/restore-archmon/ma-recreate',
    'restore-backend/restore-archmon/ma-device',
    'restore-backend/restore-archmon/ma-options',
    'restore-backend/restore-archmon/ma-acl',
    'restore-backend/restore-archmon/restore-pchat/pc-recreate',
    'restore-backend/restore-archmon/restore-pchat/pc-stop.1',
    'restore-backend/restore-archmon/restore-pchat/pc-stop.2',
    'restore-backend/restore-archmon/restore-pchat/pc-sql.1',
    'restore-backend/restore-archmon/restore-pchat/pc-sql.2',
    'restore-backend/restore-archmon/restore-pchat/pc-sql.3',
    'restore-backend/restore-archmon/restore-pchat/pc-save.1',
    'restore-backend/restore-archmon/restore-pchat/pc-save.2',
    'restore-backend/restore-archmon/restore-pchat/pc-import.1',
    'restore-backend/restore-archmon/restore-pchat/pc-import.2',
    'restore-backend/restore-archmon/restore-pchat/pc-import.3',
    'restore-backend/restore-archmon/restore-pchat/pc-import.4',
    'restore-backend/restore-archmon/restore-pchat/pc-start.1',
    'restore-backend/restore-archmon/restore-pchat/pc-start.2',
    'restore-backend/restore-archmon/restore-pchat/pc-start.3',
    'restore-backend/restore-archmon/restore-pchat/pc-start.4',
    'restore-backend/restore-archmon/ma-reports',
    'restore-backend/restore-pchat/pc-recreate',
    'restore-backend/restore-pchat/pc-stop.1',
    'restore-backend/restore-pchat/pc-stop.2',
    'restore-backend/restore-pchat/pc-sql.1',
    'restore-backend/restore-pchat/pc-sql.2',
    'restore-backend/restore-pchat/pc-sql.3',
    'restore-backend/restore-pchat/pc-save.1',
    'restore-backend/restore-pchat/pc-save.2',
    'restore-backend/restore-pchat/pc-import.1',
    'restore-backend/restore-pchat/pc-import.2',
    'restore-backend/restore-pchat/pc-import.3',
    'restore-backend/restore-pchat/pc-import.4',
    'restore-backend/restore-pchat/pc-start.1',
    'restore-backend/restore-pchat/pc-start.2',
    'restore-backend/restore-pchat/pc-start.3',
    'restore-backend/restore-pchat/pc-start.4',
    'restore-backend/be-mirror-archmon.1',
    'restore-backend/be-mirror-archmon.2',
    'restore-backend/be-mirror-restart.1',
    'restore-backend/be-mirror-restart.2',
    'restore-backend/be-mirror-restart.3',
    'restore-member/mem-kerberos.1',
    'restore-member/mem-kerberos.2',
    'pool-accept.1.1',
    'pool-accept.1.2',
    'pool-accept.1.3',
    'pool-accept.1.4',
    'pool-accept.1.5',
    'pool-accept.1.6',
    'pool-accept.2',
    'pool-accept.2.1',
    'pool-accept.2.2',
    'pool-accept.2.3',
    'pool-accept.2.4',
    'pool-accept.2.5',
    'pool-accept.2.6',
    'pool-return.1'
)

# Replace each of these everywhere in this file (editor, Replace All); double any apostrophe.
$values = @(
    '<PoolFqdn>',
    '<FirstFrontEndFqdn>',
    '<DomainControllerFqdn>',
    '<ServerName>',
    '<ServerFqdn>',
    '<ServerInstance>',
    '<FileStoreServerFqdn>',
    '<BackupSet:FileStore>',
    '<FileStoreLocalPath>',
    '<ShareName>',
    '<SqlServerFqdn>',
    '<PrimaryInstance>',
    '<MirrorSqlFqdn>',
    '<MirrorFileShare>',
    '<PrimarySqlFqdn>',
    '<ReturningDatabases>',
    '<PartnerSqlFqdn>',
    '<TypePoolFqdn>',
    '<DatabaseType>',
    '<BackupSet:Schannel>',
    '<BackupSet:Schannel:name>',
    '<BackupSet:DfsLoopback>',
    '<BackupSet:DfsLoopback:name>',
    '<InternalNetwork>',
    '<InternalMask>',
    '<InternalGateway>',
    '<GoodServerFqdn>',
    '<Run:local-folder>',
    '<EdgeConfigFolder>',
    '<CertificateUses>',
    '<ExternalCertificateUses>',
    '<BackupSet:UserData>',
    '<BackupSet:UserData:name>',
    '<FrontEndFqdn>',
    '<FirstMemberFqdn>',
    '<PoolFrontEnds>',
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
    '<SqlInstance>',
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
# Decide first: What was lost of the pool's Back End? all of it, and it did not hold the Central Management store / only the primary of a mirror; it is restored first, in a separate run / only the mirror; it is restored first, in a separate run / it held the Central Management store; it is restored first, in a separate run / nothing, or the pool has no Back End
# Decide first: Does the partner of the pool serve its users at the moment? no, or the pool is not paired / yes, they are failed over
# Decide first: Is user data imported? yes, the user store is lost and the pool is not failed over / no, the partner serves the users; the pool is failed back afterwards
# Decide first: How are the databases created? by Install-CsDatabase / in Topology Builder
# Decide first: How are the mirror databases created? Install-CsMirrorDatabase / Topology Builder, Install Database
# Decide first: How are the roles installed, certificates assigned and services started? Deployment Wizard, manually on the server / Setup, Bootstrapper and cmdlets
# Decide first: With whom is the pool tried at the end? a person signs in and tries / the test accounts of Get-CsHealthMonitoringConfiguration
# Decide first: Restore the application settings of Response Group (music on hold, ring-back) too? yes, as in the backup / no, keep the pool's own
# Decide first: Do the archiving and monitoring databases exist on their SQL server? no, the server or a database was lost / yes, or they have been re-created already
# Decide first: How are the archiving and monitoring databases re-created? Install-CsDatabase / Topology Builder, Install Database
# Decide first: Is the Persistent Chat database (mgc) restored in the same run? no, it is intact / yes, by the method it was backed up with
# Decide first: Were SQL Server Reporting Services or their database lost? no, or there are no Monitoring Reports / yes
# Decide first: Does the database mgc exist on its SQL server? no, the server or the database was lost / yes, or it has been re-created already
# Decide first: How is the Persistent Chat database re-created? Install-CsDatabase / Topology Builder, Install Database

try {
Open-Record

# ---- Prepare
if (Test-Step -Id 'prepare/prep-decide' -Title 'Decide what to restore' -RunOn '<PoolFqdn>' -Account 'lync-admin') {
    # Note: Restore only when troubleshooting has failed; a restore costs downtime and everything since the backup.
    # Note: The person named in the plan decides. Have media, keys, certificates and the worksheets ready before you continue.
    Write-Host 'Decide: Decide what to restore (restore)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Confirm the kind of pool
if (Test-Step -Id 'pool-kind' -Title 'Confirm the kind of pool' -RunOn '<PoolFqdn>' -Account 'lync-admin') {
    # Note: A Front End pool gets its Back End first, then every Front End Server; all of them are started together.
    # Note: Of a Mediation, Persistent Chat, Edge or Director pool every member is restored and started.
    Write-Host 'Decide: Confirm the kind of pool (restore every member)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Restore the Back End first
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
if (Test-Step -Id 'pool-backend.1' -Title 'Check that another pool hosts the Central Management store' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: Otherwise restore it first with restore-cms, and answer so in the plan. A pool whose Central Management service is not active holds the standby, and restore-cms is wrong for it.
    Invoke-Shown -Command { Get-CsService -CentralManagement | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show no object: PoolFqdn is the host <PoolFqdn> and Active is True?'
}

# ---- Restore the Back End first
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if not: back end restore backend
# Only if not: back end alive
if (Test-Step -Id 'pool-backend.2' -Title 'Confirm that the Back End is restored' -RunOn '<PoolFqdn>' -Account 'lync-admin') {
    # Note: Restore it first, by the procedure that the answer about the Back End names; its steps on Front End Servers wait.
    Write-Host 'Decide: Confirm that the Back End is restored (it is restored)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Restore the Back End first
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
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

# ---- Restore the Back End first
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'restore-backend/be-bare.1' -Title 'Install Windows with the original computer name' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CimInstance -ClassName ''Win32_ComputerSystem'' | Format-List -Property ''*'' | Out-Host; if it shows every object: DNSHostName is <ServerName> and PartOfDomain is True and Domain is <DnsDomain>, the step has had its effect' -Undo 'none; all data on the disks is lost') {
    Confirm-Harm -Harm 'the disks of the computer that becomes <ServerFqdn> are wiped' -Name '<ServerFqdn>'
    Write-Host 'Install Windows on the replacement computer with the name <ServerFqdn>: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches; leave the Windows Firewall on.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_ComputerSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is <ServerName> and PartOfDomain is True and Domain is <DnsDomain>?'
    # To undo: none; all data on the disks is lost
}

# ---- Restore the Back End first
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'restore-backend/be-bare.2' -Title 'Check that name and DNS suffix are the original ones' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
}

# ---- Restore the Back End first
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'restore-backend/be-bare.3' -Title 'Take a system image' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, before anything is restored, and check that it can be read. With it you can return to this state.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Install SQL Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'restore-backend/be-sql.1' -Title 'Install SQL Server with the original configuration' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerInstance> run: sqlcmd ''-S'' ''<ServerInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host; if it shows every object: is_sysadmin is 1, the step has had its effect' -Undo 'uninstall the instance') {
    # Note: The topology does not recognise an instance with another name (pitfall P21).
    Write-Host 'Install SQL Server on <ServerFqdn> by the organisation''s own procedure, as it was installed originally: the same version, edition and service pack as before, the instance <ServerInstance> under its old name, the same folders, service accounts, permissions and logins. Open its ports in the firewall (1433, UDP 1434, the instance''s own, and for mirroring 5022, on a witness 7022).'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Write-Host 'On <ServerInstance> as sql-admin run: sqlcmd ''-S'' ''<ServerInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host'
    Confirm-Check -Question 'Verify: does it show every object: is_sysadmin is 1?'
    # To undo: uninstall the instance
}

# ---- Install SQL Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the pool's SQL store is mirrored
# Only if for each <ServerFqdn> of sql servers of pool
if (Test-Step -Id 'restore-backend/be-sql.2' -Title 'Check that version and edition match the partner' -RunOn '<ServerInstance>' -Account 'sql-admin') {
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server version?'
    Invoke-Shown -Command { sqlcmd '-S' '<ServerInstance>' '-E' '-b' '-x' '-Q' 'SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''ProductVersion'') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''ProductLevel'') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''Edition'') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''MachineName'') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''InstanceName'') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''Collation'') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''sysadmin'') AS is_sysadmin;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Confirm-Check -Question 'Does the answer show every object: is_sysadmin is 1?'
}

# ---- Restore the Back End
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the file store lies on a SQL server of the pool's Back End
# Only if the set holds this pool's file store
if (Test-Step -Id 'restore-backend/be-filestore.1' -Title 'Copy the file store back' -RunOn '<FileStoreServerFqdn>' -Account 'lync-admin' -Look 'on <FileStoreServerFqdn> run: Get-ChildItem -LiteralPath ''<FileStoreLocalPath>'' -Recurse -File | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is at least <BackupSet:FileStore:files>, the step has had its effect' -Undo 'none') {
    # Note: Path and file names must be exactly as backed up, or components will not find their files.
    Confirm-Harm -Harm 'overwrites files in <FileStoreLocalPath> on <FileStoreServerFqdn>' -Name '<FileStoreServerFqdn>'
    Invoke-Shown -Command { robocopy '<BackupSet:FileStore>' '<FileStoreLocalPath>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' '/XF' 'Meeting.Active' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { Get-ChildItem -LiteralPath '<FileStoreLocalPath>' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Count is at least <BackupSet:FileStore:files>?'
    # To undo: none
}

# ---- Restore the Back End
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the file store lies on a SQL server of the pool's Back End
# Only if the set holds this pool's file store
if (Test-Step -Id 'restore-backend/be-filestore.2' -Title 'Share the folder' -RunOn '<FileStoreServerFqdn>' -Account 'lync-admin' -Look 'on <FileStoreServerFqdn> run: net ''share'' ''<ShareName>'' | Out-Host; if it shows at least one object: the value contains <FileStoreLocalPath>, the step has had its effect' -Undo 'net share <ShareName> /DELETE') {
    # Note: The permissions are set in be-databases.
    Invoke-Shown -Command { net 'share' '<ShareName>=<FileStoreLocalPath>' '/GRANT:Administrators,FULL' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { net 'share' '<ShareName>' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <FileStoreLocalPath>?'
    # To undo: net share <ShareName> /DELETE
}

# ---- Restore the Back End
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the cumulative update (CU) version of the servers is recorded
if (Test-Step -Id 'restore-backend/be-databases.1' -Title 'Check that this computer has the cumulative update (CU) version of the other servers' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: Databases get the CU version of the computer whose shell or Topology Builder creates them.
    Invoke-Shown -Command { Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is <UpdateLevel>?'
}

# ---- Restore the Back End
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if How are the databases created? by Install-CsDatabase
if (Test-Step -Id 'restore-backend/be-databases.2' -Title 'Create the databases' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn ''<SqlServerFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect' -Undo 'Uninstall-CsDatabase, while nothing is in them') {
    # Note: Only stand-alone databases are shown on Create databases.
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped?'
    Write-Host 'On <PrimaryInstance> as sql-admin run: sqlcmd ''-S'' ''<PrimaryInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host'
    Confirm-Check -Question 'Before: the SQL Server instance answers: does it show every object: is_sysadmin is 1?'
    Confirm-Harm -Harm 'creates the databases of <PoolFqdn> on <SqlServerFqdn>; publishing changes topology ACLs' -Name '<SqlServerFqdn>'
    Invoke-Shown -Command { Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<SqlServerFqdn>' -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<SqlServerFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
    # To undo: Uninstall-CsDatabase, while nothing is in them
}

# ---- Restore the Back End
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if How are the databases created? in Topology Builder
if (Test-Step -Id 'restore-backend/be-databases.2' -Title 'Create the databases' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn ''<SqlServerFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect' -Undo 'Uninstall-CsDatabase, while nothing is in them') {
    # Note: Only stand-alone databases are shown on Create databases.
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped?'
    Write-Host 'On <PrimaryInstance> as sql-admin run: sqlcmd ''-S'' ''<PrimaryInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host'
    Confirm-Check -Question 'Before: the SQL Server instance answers: does it show every object: is_sysadmin is 1?'
    Confirm-Harm -Harm 'creates the databases of <PoolFqdn> on <SqlServerFqdn>; publishing changes topology ACLs' -Name '<SqlServerFqdn>'
    Write-Host 'In Topology Builder choose Download Topology from existing deployment, OK, Save, Yes. Right-click Lync Server 2013, Publish Topology; page Create databases: select those of <SqlServerFqdn>; where it was mirrored leave Create Mirror Database for the next step; Finish.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<SqlServerFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
    # To undo: Uninstall-CsDatabase, while nothing is in them
}

# ---- Restore the Back End
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the file store lies on a SQL server of the pool's Back End
# Only if How are the databases created? by Install-CsDatabase
if (Test-Step -Id 'restore-backend/be-databases.3' -Title 'Set the file store''s permissions' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Undo 'run Enable-CsTopology again; it is harmless to repeat') {
    # Note: Publishing in Topology Builder does the same; with cmdlets it is a step of its own.
    # Note: Look at the permissions of <FileStoreShare>; sent again, it sets the same ones.
    Confirm-Harm -Harm 'rewrites permissions of the share, AD objects and ACLs according to the topology' -Name '<FileStoreServerFqdn>'
    Invoke-Shown -Command { Enable-CsTopology -Confirm:$false | Out-Host }
    # To undo: run Enable-CsTopology again; it is harmless to repeat
}

# ---- Restore the Back End
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the pool's SQL store is mirrored
# Only if SQL backups of databases of this Back End are in the set
# Only if How are the mirror databases created? Install-CsMirrorDatabase
if (Test-Step -Id 'restore-backend/be-databases.4' -Title 'Install the mirror databases, except those that are restored first' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: Get-CsDatabaseMirrorState -PoolFqdn ''<PoolFqdn>'' -DatabaseType ''User'' | Format-List -Property ''*'' | Out-Host; if it shows every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min), the step has had its effect' -Undo 'Uninstall-CsMirrorDatabase once for each database type') {
    # Note: SQL Server refuses to restore a mirrored database; <ReturningDatabases> are mirrored in be-mirror-archmon.
    # Note: -DropExistingDatabasesOnMirror is not used on a clean mirror; it deletes databases there.
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server version?'
    Confirm-Harm -Harm 'creates databases on the mirror <MirrorSqlFqdn>' -Name '<MirrorSqlFqdn>'
    Invoke-Shown -Command { Install-CsMirrorDatabase -ConfiguredDatabases -FileShare '<MirrorFileShare>' -SqlServerFqdn '<PrimarySqlFqdn>' -ExcludeDatabaseList '<ReturningDatabases>' -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'User' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase once for each database type
}

# ---- Restore the Back End
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the pool's SQL store is mirrored
# Only if SQL backups of databases of this Back End are in the set
# Only if How are the mirror databases created? Topology Builder, Install Database
if (Test-Step -Id 'restore-backend/be-databases.4' -Title 'Install the mirror databases, except those that are restored first' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: Get-CsDatabaseMirrorState -PoolFqdn ''<PoolFqdn>'' -DatabaseType ''User'' | Format-List -Property ''*'' | Out-Host; if it shows every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min), the step has had its effect' -Undo 'Uninstall-CsMirrorDatabase once for each database type') {
    # Note: SQL Server refuses to restore a mirrored database; <ReturningDatabases> are mirrored in be-mirror-archmon.
    # Note: -DropExistingDatabasesOnMirror is not used on a clean mirror; it deletes databases there.
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server version?'
    Confirm-Harm -Harm 'creates databases on the mirror <MirrorSqlFqdn>' -Name '<MirrorSqlFqdn>'
    Write-Host 'In Topology Builder, node Lync Server 2013, Topology, Install Database; page Create Mirror Database: select the databases of <PrimarySqlFqdn> except <ReturningDatabases>, the share is <MirrorFileShare>; complete the wizard.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'User' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase once for each database type
}

# ---- Restore the Back End
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the pool's SQL store is mirrored
# Only if not: SQL backups of databases of this Back End are in the set
# Only if How are the mirror databases created? Install-CsMirrorDatabase
if (Test-Step -Id 'restore-backend/be-databases.5' -Title 'Install the mirror databases: <MirrorSqlFqdn>' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: Get-CsDatabaseMirrorState -PoolFqdn ''<PoolFqdn>'' -DatabaseType ''User'' | Format-List -Property ''*'' | Out-Host; if it shows every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized (within 30 min), the step has had its effect' -Undo 'Uninstall-CsMirrorDatabase once for each database type') {
    # Note: -DropExistingDatabasesOnMirror (part of Microsoft's example) is left out; it deletes databases on the mirror.
    # Note: The accounts of both SQL servers must be able to read and write the share; for Network Service DOMAIN\SERVER$.
    # Note: The confirmation for each database is answered in advance (-Confirm:$false stands for A, Yes to All).
    # Note: A witness that the topology names is set up together with the mirror.
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server version?'
    Invoke-Shown -Command { Test-Path -LiteralPath '<MirrorFileShare>' | Out-Host }
    Confirm-Check -Question 'Before: the share for setting up the mirror exists: does it show every object: the value is True?'
    Confirm-Harm -Harm 'creates databases on the mirror <MirrorSqlFqdn>' -Name '<MirrorSqlFqdn>'
    Invoke-Shown -Command { Install-CsMirrorDatabase -ConfiguredDatabases -FileShare '<MirrorFileShare>' -SqlServerFqdn '<PartnerSqlFqdn>' -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'User' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase once for each database type
}

# ---- Restore the Back End
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the pool's SQL store is mirrored
# Only if not: SQL backups of databases of this Back End are in the set
# Only if How are the mirror databases created? Topology Builder, Install Database
if (Test-Step -Id 'restore-backend/be-databases.5' -Title 'Install the mirror databases: <MirrorSqlFqdn>' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: Get-CsDatabaseMirrorState -PoolFqdn ''<PoolFqdn>'' -DatabaseType ''User'' | Format-List -Property ''*'' | Out-Host; if it shows every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized (within 30 min), the step has had its effect' -Undo 'Uninstall-CsMirrorDatabase once for each database type') {
    # Note: -DropExistingDatabasesOnMirror (part of Microsoft's example) is left out; it deletes databases on the mirror.
    # Note: The accounts of both SQL servers must be able to read and write the share; for Network Service DOMAIN\SERVER$.
    # Note: The confirmation for each database is answered in advance (-Confirm:$false stands for A, Yes to All).
    # Note: A witness that the topology names is set up together with the mirror.
    Confirm-Check -Question 'Before: primary, mirror and witness run the same SQL Server version?'
    Invoke-Shown -Command { Test-Path -LiteralPath '<MirrorFileShare>' | Out-Host }
    Confirm-Check -Question 'Before: the share for setting up the mirror exists: does it show every object: the value is True?'
    Confirm-Harm -Harm 'creates databases on the mirror <MirrorSqlFqdn>' -Name '<MirrorSqlFqdn>'
    Write-Host 'In Topology Builder choose Download Topology from existing deployment, OK, Save, Yes. Node Lync Server 2013, Topology, Install Database; page Create databases: select; page Create Mirror Database: select the databases of <PartnerSqlFqdn>, the share is <MirrorFileShare>; complete the wizard.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'User' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase once for each database type
}

# ---- Restore the Back End
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the pool's SQL store is mirrored
# Only if not: SQL backups of databases of this Back End are in the set
# Only if for each <DatabaseType> of mirrored database types
if (Test-Step -Id 'restore-backend/be-databases.6' -Title 'Check that the databases are mirrored again: <MirrorSqlFqdn>' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -PoolFqdn '<TypePoolFqdn>' -DatabaseType '<DatabaseType>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: StateOnPrimary is Principal and StateOnMirror is Mirror and MirroringStatusOnPrimary is synchronized?'
}

# ---- New Windows installation of every member server
# Only if a domain controller is recorded
# Only if not: the target is an Edge Server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'prepare/prep-ad' -Title 'Keep the AD computer account' -RunOn '<DomainControllerFqdn>' -Account 'domain-admin' -Look 'on <DomainControllerFqdn> run: Get-ADComputer -Identity ''<ServerName>'' -Properties @(''MemberOf'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Enabled is True; for each of them one object: MemberOf names <ComputerGroups>, the step has had its effect') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: A server that runs Lync is in groups whose names begin with RTC; compare it with another server of its role.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of <ServerFqdn> when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ADComputer -Identity '<ServerName>' -Properties @('MemberOf') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True; for each of them one object: MemberOf names <ComputerGroups>?'
}

# ---- New Windows installation of every member server
# Only if not: the target is an Edge Server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-bare.1' -Title 'Install Windows with the original computer name' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CimInstance -ClassName ''Win32_ComputerSystem'' | Format-List -Property ''*'' | Out-Host; if it shows every object: DNSHostName is <ServerName> and PartOfDomain is True and Domain is <DnsDomain>, the step has had its effect' -Undo 'none; all data on the disks is lost') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Harm -Harm 'the disks of the computer that becomes <ServerFqdn> are wiped' -Name '<ServerFqdn>'
    Write-Host 'Install Windows on the replacement computer with the name <ServerFqdn>: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_ComputerSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is <ServerName> and PartOfDomain is True and Domain is <DnsDomain>?'
    # To undo: none; all data on the disks is lost
}

# ---- New Windows installation of every member server
# Only if not: the target is an Edge Server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-bare.2' -Title 'Check that name and DNS suffix match the topology' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
}

# ---- New Windows installation of every member server
# Only if not: the target is an Edge Server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-bare.3' -Title 'Check that nothing of an earlier Lync installation is left' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Never restore onto an existing Lync installation.
    try { Invoke-Shown -Command { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') | Format-List -Property '*' | Out-Host } } catch { Confirm-Tolerated -Failure $_ -Words @('Cannot find any service') }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- New Windows installation of every member server
# Only if not: the target is an Edge Server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-bare.4' -Title 'Restore or re-enrol the certificates' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-ChildItem -Path ''Cert:\LocalMachine\My'' | Select-Object -Property @(''Subject'', ''HasPrivateKey'', ''DnsNameList'') | Format-List -Property ''*'' | Out-Host; if it shows at least one object: HasPrivateKey is True and DnsNameList contains <ServerFqdn>, the step has had its effect') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ChildItem -Path 'Cert:\LocalMachine\My' | Select-Object -Property @('Subject', 'HasPrivateKey', 'DnsNameList') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains <ServerFqdn>?'
}

# ---- New Windows installation of every member server
# Only if not: the target is an Edge Server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-bare.5' -Title 'Take a system image' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- New Windows installation of every member server
# Only if the target is an Edge Server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-bare.1' -Title 'Install Windows' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CimInstance -ClassName ''Win32_ComputerSystem'' | Format-List -Property ''*'' | Out-Host; if it shows every object: DNSHostName is <ServerName> and PartOfDomain is False, the step has had its effect' -Undo 'none; all data on the disks is lost') {
    Confirm-Harm -Harm 'the disks of the computer that becomes <ServerFqdn> are wiped' -Name '<ServerFqdn>'
    Write-Host 'Install Windows on the replacement computer of <ServerFqdn>: same computer name, same addresses on the internal and the external interface as before, in no domain; install the patches and the Lync prerequisites; leave the Windows Firewall on; give the local administrator the password on record and allow remote management on the internal interface.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_ComputerSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is <ServerName> and PartOfDomain is False?'
    # To undo: none; all data on the disks is lost
}

# ---- New Windows installation of every member server
# Only if the target is an Edge Server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-bare.2' -Title 'Check that nothing of an earlier Lync installation is left' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: Never restore onto an existing Lync installation.
    try { Invoke-Shown -Command { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') | Format-List -Property '*' | Out-Host } } catch { Confirm-Tolerated -Failure $_ -Words @('Cannot find any service') }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- New Windows installation of every member server
# Only if the target is an Edge Server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-bare.3' -Title 'Restore the certificates' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-ChildItem -Path ''Cert:\LocalMachine\My'' | Select-Object -Property @(''Subject'', ''HasPrivateKey'') | Format-List -Property ''*'' | Out-Host; if it shows at least one object: HasPrivateKey is True, the step has had its effect') {
    Write-Host 'Put the Edge Server''s certificates with their private keys into the computer''s Personal store: the internal one, which all servers of <PoolFqdn> share, and the external one; the root certificate of the internal CA into Trusted Root Certification Authorities.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ChildItem -Path 'Cert:\LocalMachine\My' | Select-Object -Property @('Subject', 'HasPrivateKey') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True?'
}

# ---- New Windows installation of every member server
# Only if the target is an Edge Server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-bare.4' -Title 'Take a system image' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Restore every member
# Only if not: the target is an Edge Server
# Only if the set holds the Schannel values of the server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-registry.1' -Title 'Copy the saved Schannel values to the server' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: certutil ''-hashfile'' ''C:\Restore\Schannel-<BackupSet:Schannel:name>'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:Schannel:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Restore' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:Schannel>' -Destination 'C:\Restore\Schannel-<BackupSet:Schannel:name>' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\Schannel-<BackupSet:Schannel:name>' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:Schannel:sha256>?'
}

# ---- Restore every member
# Only if not: the target is an Edge Server
# Only if the set holds the Schannel values of the server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-registry.2' -Title 'Put back the Schannel values that differ' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: reg ''query'' ''HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL'' ''/s'' | Out-Host; if it shows for each of them one object: the value contains <BackupSet:Schannel:values>, the step has had its effect' -Undo 'set each value manually to what the confirmation showed') {
    # Note: Values that the new Windows has beside them stay. A value that only this server must not have is left out by skipping this step with a reason.
    # Note: Schannel reads its protocols when Windows starts; restart the server before Lync is installed.
    Confirm-Check -Question 'Before: what differs from the saved values?'
    Invoke-Shown -Command { reg 'import' 'C:\Restore\Schannel-<BackupSet:Schannel:name>' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { reg 'query' 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL' '/s' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: the value contains <BackupSet:Schannel:values>?'
    # To undo: set each value manually to what the confirmation showed
}

# ---- Restore every member
# Only if not: the target is an Edge Server
# Only if the file store is reached through a DFS namespace of the domain
# Only if the set holds the DFS value of the server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-registry.3' -Title 'Copy the saved DFS value to the server' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: certutil ''-hashfile'' ''C:\Restore\DfsLoopback-<BackupSet:DfsLoopback:name>'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:DfsLoopback:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Restore' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:DfsLoopback>' -Destination 'C:\Restore\DfsLoopback-<BackupSet:DfsLoopback:name>' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\DfsLoopback-<BackupSet:DfsLoopback:name>' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:DfsLoopback:sha256>?'
}

# ---- Restore every member
# Only if not: the target is an Edge Server
# Only if the file store is reached through a DFS namespace of the domain
# Only if the set holds the DFS value of the server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-registry.4' -Title 'Put back EnableDfsLoopbackTargets' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: reg ''query'' ''HKLM\SYSTEM\CurrentControlSet\Services\Mup\Parameters'' ''/s'' | Out-Host; if it shows for each of them one object: the value contains <BackupSet:DfsLoopback:values>, the step has had its effect' -Undo 'set each value manually to what the confirmation showed') {
    # Note: A server that is itself a target of the DFS folder with the file store reaches it only with this value.
    Confirm-Check -Question 'Before: what differs from the saved values?'
    Invoke-Shown -Command { reg 'import' 'C:\Restore\DfsLoopback-<BackupSet:DfsLoopback:name>' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { reg 'query' 'HKLM\SYSTEM\CurrentControlSet\Services\Mup\Parameters' '/s' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: the value contains <BackupSet:DfsLoopback:values>?'
    # To undo: set each value manually to what the confirmation showed
}

# ---- Restore every member
# Only if the target is an Edge Server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-edge-net.1' -Title 'Name, primary DNS suffix, gateway, DNS' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-ItemProperty -LiteralPath ''HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Hostname is <ServerName> and Domain is <ServerSuffix>, the step has had its effect') {
    # Note: With a wrong name, step 2 of the Deployment Wizard removes all roles (pitfall P10).
    Write-Host 'On <ServerFqdn>, as a local administrator: computer name and primary DNS suffix together give exactly <ServerFqdn> (System properties, Computer Name, Change, More; restart). Default gateway on the external interface only. DNS as recorded, otherwise entries for the next hop <NextHopPoolFqdn> and its servers in the hosts file.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
}

# ---- Restore every member
# Only if the target is an Edge Server
# Only if for each <ServerFqdn> of servers of pool
# Only if for each <InternalNetwork> of internal networks
if (Test-Step -Id 'restore-member/mem-edge-net.2' -Title 'Persistent route to an internal network' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: route ''print'' | Out-Host; if it shows at least one object: the value contains <InternalNetwork>, the step has had its effect' -Undo 'route delete <InternalNetwork>') {
    Invoke-Shown -Command { route '-p' 'add' '<InternalNetwork>' 'mask' '<InternalMask>' '<InternalGateway>' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { route 'print' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <InternalNetwork>?'
    # To undo: route delete <InternalNetwork>
}

# ---- Restore every member
# Only if the target is an Edge Server
# Only if the set holds the Schannel values of the server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-registry.1' -Title 'Copy the saved Schannel values to the server' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: certutil ''-hashfile'' ''C:\Restore\Schannel-<BackupSet:Schannel:name>'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:Schannel:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Restore' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:Schannel>' -Destination 'C:\Restore\Schannel-<BackupSet:Schannel:name>' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\Schannel-<BackupSet:Schannel:name>' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:Schannel:sha256>?'
}

# ---- Restore every member
# Only if the target is an Edge Server
# Only if the set holds the Schannel values of the server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-registry.2' -Title 'Put back the Schannel values that differ' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: reg ''query'' ''HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL'' ''/s'' | Out-Host; if it shows for each of them one object: the value contains <BackupSet:Schannel:values>, the step has had its effect' -Undo 'set each value manually to what the confirmation showed') {
    # Note: Values that the new Windows has beside them stay. A value that only this server must not have is left out by skipping this step with a reason.
    # Note: Schannel reads its protocols when Windows starts; restart the server before Lync is installed.
    Confirm-Check -Question 'Before: what differs from the saved values?'
    Invoke-Shown -Command { reg 'import' 'C:\Restore\Schannel-<BackupSet:Schannel:name>' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { reg 'query' 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL' '/s' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: the value contains <BackupSet:Schannel:values>?'
    # To undo: set each value manually to what the confirmation showed
}

# ---- Restore every member
# Only if the target is an Edge Server
# Only if the file store is reached through a DFS namespace of the domain
# Only if the set holds the DFS value of the server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-registry.3' -Title 'Copy the saved DFS value to the server' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: certutil ''-hashfile'' ''C:\Restore\DfsLoopback-<BackupSet:DfsLoopback:name>'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:DfsLoopback:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Restore' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:DfsLoopback>' -Destination 'C:\Restore\DfsLoopback-<BackupSet:DfsLoopback:name>' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\DfsLoopback-<BackupSet:DfsLoopback:name>' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:DfsLoopback:sha256>?'
}

# ---- Restore every member
# Only if the target is an Edge Server
# Only if the file store is reached through a DFS namespace of the domain
# Only if the set holds the DFS value of the server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-registry.4' -Title 'Put back EnableDfsLoopbackTargets' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: reg ''query'' ''HKLM\SYSTEM\CurrentControlSet\Services\Mup\Parameters'' ''/s'' | Out-Host; if it shows for each of them one object: the value contains <BackupSet:DfsLoopback:values>, the step has had its effect' -Undo 'set each value manually to what the confirmation showed') {
    # Note: A server that is itself a target of the DFS folder with the file store reaches it only with this value.
    Confirm-Check -Question 'Before: what differs from the saved values?'
    Invoke-Shown -Command { reg 'import' 'C:\Restore\DfsLoopback-<BackupSet:DfsLoopback:name>' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { reg 'query' 'HKLM\SYSTEM\CurrentControlSet\Services\Mup\Parameters' '/s' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: the value contains <BackupSet:DfsLoopback:values>?'
    # To undo: set each value manually to what the confirmation showed
}

# ---- Restore every member
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-setup.1' -Title 'Check that the server is ready for setup' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: What could not be checked on the lost server at the start is checked here.
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_OperatingSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore every member
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-setup.2' -Title 'Start the Deployment Wizard' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-Module -ListAvailable -Name @(''Lync'', ''SkypeForBusiness'') | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is one of Lync, SkypeForBusiness, the step has had its effect') {
    Write-Host 'On <ServerFqdn> start \setup\amd64\Setup.exe from the Lync media. Confirm the Visual C++ redistributable, the installation location (as on the other servers) and the licence terms, until the Deployment Wizard opens: from then on the core components and the management shell are there.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-Module -ListAvailable -Name @('Lync', 'SkypeForBusiness') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is one of Lync, SkypeForBusiness?'
}

# ---- Restore every member
# Only if not: the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Deployment Wizard, manually on the server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step1.1' -Title 'Step 1: Install Local Configuration Store' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsTopology -LocalStore | Out-Host; if it shows the number of objects is at least 1, the step has had its effect') {
    Write-Host 'On <GoodServerFqdn> as lync-admin run: Get-CsComputer -Identity ''<ServerFqdn>'' | Format-List -Property ''*'' | Out-Host'
    Confirm-Check -Question 'Before: the server''s name is in the topology: does it show at least one object: Fqdn is the host <ServerFqdn>?'
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the server has exactly that name: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
    Write-Host 'On <ServerFqdn>, in the Deployment Wizard: Install or Update Lync Server System, Step 1: Install Local Configuration Store, Run, Retrieve directly from the Central Management store, Next, Finish. Look for the green check mark.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsTopology -LocalStore | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Restore every member
# Only if not: the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step1.2' -Title 'Install the local instance RTCLOCAL' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The Lync media has to be in one of the drives D to H, as a disc or a mounted image.
    # Note: The documentation gives this command for watcher nodes; it installs the core components and RTCLOCAL without the Deployment Wizard.
    Write-Host 'On <GoodServerFqdn> as lync-admin run: Get-CsComputer -Identity ''<ServerFqdn>'' | Format-List -Property ''*'' | Out-Host'
    Confirm-Check -Question 'Before: the server''s name is in the topology: does it show at least one object: Fqdn is the host <ServerFqdn>?'
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the server has exactly that name: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
    Invoke-Shown -Command { Get-ChildItem -Path @('D:\setup\amd64\Setup.exe', 'E:\setup\amd64\Setup.exe', 'F:\setup\amd64\Setup.exe', 'G:\setup\amd64\Setup.exe', 'H:\setup\amd64\Setup.exe') -ErrorAction 'SilentlyContinue' | Select-Object -First 1 | Format-List -Property '*' | Out-Host }
    $Read_Setup = Read-Value -Question 'FullName (from <ServerFqdn>)'
    Invoke-Shown -Command { & $Read_Setup '/BootstrapLocalMgmt' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore every member
# Only if not: the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step1.3' -Title 'Create the folder for the configuration' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<Run:local-folder>\Configuration' -Force -Confirm:$false | Out-Host }
}

# ---- Restore every member
# Only if not: the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step1.4' -Title 'Export the configuration from the Central Management store' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-Item -LiteralPath ''<Run:local-folder>\Configuration\Config.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    Invoke-Shown -Command { Export-CsConfiguration -FileName '<Run:local-folder>\Configuration\Config.zip' -Force | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath '<Run:local-folder>\Configuration\Config.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Restore every member
# Only if not: the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step1.5' -Title 'Import the configuration into the local configuration store' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsTopology -LocalStore | Out-Host; if it shows the number of objects is at least 1, the step has had its effect') {
    Invoke-Shown -Command { Import-CsConfiguration -FileName '<Run:local-folder>\Configuration\Config.zip' -LocalStore | Out-Host }
    Invoke-Shown -Command { Get-CsTopology -LocalStore | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Restore every member
# Only if not: the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step1.6' -Title 'Enable the replica' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService -Name ''REPLICA'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Name is REPLICA, the step has had its effect') {
    Invoke-Shown -Command { Enable-CsReplica -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -Name 'REPLICA' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Name is REPLICA?'
}

# ---- Restore every member
# Only if the target is an Edge Server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step1.1' -Title 'Create the folder for the configuration' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<Run:local-folder>\Edge\<ServerName>' -Force -Confirm:$false | Out-Host }
}

# ---- Restore every member
# Only if the target is an Edge Server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step1.2' -Title 'Export the configuration on an internal computer' -RunOn '<GoodServerFqdn>' -Account 'lync-admin' -Look 'on <GoodServerFqdn> run: Get-Item -LiteralPath ''<Run:local-folder>\Edge\<ServerName>\EdgeConfig.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    Invoke-Shown -Command { Export-CsConfiguration -FileName '<Run:local-folder>\Edge\<ServerName>\EdgeConfig.zip' -Force | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath '<Run:local-folder>\Edge\<ServerName>\EdgeConfig.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Restore every member
# Only if the target is an Edge Server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step1.3' -Title 'Copy the file to the transfer folder' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { robocopy '<Run:local-folder>\Edge\<ServerName>' '<EdgeConfigFolder>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
}

# ---- Restore every member
# Only if the target is an Edge Server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step1.4' -Title 'Copy the file to the Edge Server' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-Item -LiteralPath ''<Run:local-folder>\Edge\EdgeConfig.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Length is the Length that the step reads first, the step has had its effect') {
    Write-Host 'On <GoodServerFqdn> run: Get-Item -LiteralPath ''<Run:local-folder>\Edge\<ServerName>\EdgeConfig.zip'' | Format-List -Property ''*'' | Out-Host'
    $Read_Length = Read-Value -Question 'Length (from <GoodServerFqdn>)'
    Invoke-Shown -Command { robocopy '<EdgeConfigFolder>' '<Run:local-folder>\Edge' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { Get-Item -LiteralPath '<Run:local-folder>\Edge\EdgeConfig.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Length is <Read:Length>?'.Replace('<Read:Length>', ($Read_Length -join ', ')))
}

# ---- Restore every member
# Only if the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Deployment Wizard, manually on the server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step1.5' -Title 'Step 1: Install Local Configuration Store' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsTopology -LocalStore | Out-Host; if it shows the number of objects is at least 1, the step has had its effect') {
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the server has exactly the name in the topology: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
    Write-Host 'On <ServerFqdn>, in the Deployment Wizard: Install or Update Lync Server System, Step 1: Install Local Configuration Store, Run, Import from a file (Recommended for Edge Servers), choose <Run:local-folder>\Edge\EdgeConfig.zip, Next, Finish. Look for the green check mark.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsTopology -LocalStore | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Restore every member
# Only if the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step1.6' -Title 'Install the local instance RTCLOCAL' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The Lync media has to be in one of the drives D to H, as a disc or a mounted image.
    # Note: The documentation gives this command for watcher nodes; it installs the core components and RTCLOCAL without the Deployment Wizard.
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the server has exactly the name in the topology: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
    Invoke-Shown -Command { Get-ChildItem -Path @('D:\setup\amd64\Setup.exe', 'E:\setup\amd64\Setup.exe', 'F:\setup\amd64\Setup.exe', 'G:\setup\amd64\Setup.exe', 'H:\setup\amd64\Setup.exe') -ErrorAction 'SilentlyContinue' | Select-Object -First 1 | Format-List -Property '*' | Out-Host }
    $Read_Setup = Read-Value -Question 'FullName (from <ServerFqdn>)'
    Invoke-Shown -Command { & $Read_Setup '/BootstrapLocalMgmt' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore every member
# Only if the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step1.7' -Title 'Import the configuration into the local configuration store' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsTopology -LocalStore | Out-Host; if it shows the number of objects is at least 1, the step has had its effect') {
    Invoke-Shown -Command { Import-CsConfiguration -FileName '<Run:local-folder>\Edge\EdgeConfig.zip' -LocalStore | Out-Host }
    Invoke-Shown -Command { Get-CsTopology -LocalStore | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Restore every member
# Only if the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step1.8' -Title 'Enable the replica' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService -Name ''REPLICA'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Name is REPLICA, the step has had its effect') {
    Invoke-Shown -Command { Enable-CsReplica -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -Name 'REPLICA' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Name is REPLICA?'
}

# ---- Restore every member
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step2.1' -Title 'Install the role''s components' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is <RoleService>, the step has had its effect') {
    # Note: The folder is the one in which the core components are installed, as the registry of the server has it.
    # Note: If it asks for a restart, restart the server and send it again.
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the server has exactly the name in the topology: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SOFTWARE\Microsoft\Real-Time Communications\{A766C25B-A1D1-4711-A726-AC3E7CA4AAB3}' | Format-List -Property '*' | Out-Host }
    $Read_InstallDir = Read-Value -Question 'InstallDir (from <ServerFqdn>)'
    Invoke-Shown -Command { & ('<Read:InstallDir>Deployment\Bootstrapper.exe'.Replace('<Read:InstallDir>', ($Read_InstallDir -join ', '))) | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is <RoleService>?'
}

# ---- Restore every member
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step2.2' -Title 'Activate the role' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is <RoleService>, the step has had its effect') {
    Invoke-Shown -Command { Enable-CsComputer -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is <RoleService>?'
}

# ---- Restore every member
# Only if How are the roles installed, certificates assigned and services started? Deployment Wizard, manually on the server
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step2' -Title 'Step 2: install the role' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is <RoleService>, the step has had its effect') {
    Write-Host 'Step 2: Setup or Remove Lync Server Components, Run. It installs the roles that the published topology names for <ServerFqdn>. Review the log, Finish. If it asks for a restart, restart and run step 2 again.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is <RoleService>?'
}

# ---- Restore every member
# Only if the cumulative update (CU) version of the servers is recorded
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-update' -Title 'Bring the server to the cumulative update (CU) version of the other servers' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-ItemProperty -Path ''HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*'' | Format-List -Property ''*'' | Out-Host; if it shows at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is <UpdateLevel>, the step has had its effect') {
    Write-Host 'Close the Deployment Wizard. Install on <ServerFqdn> the cumulative update that the other servers have, so that Programs and Features shows <UpdateLevel>; restart the server if it asks for it.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is <UpdateLevel>?'
}

# ---- Restore every member
# Only if for each <ServerFqdn> of servers of pool
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
if (Test-Step -Id 'restore-member/mem-step3.1' -Title 'Assign the certificate' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsCertificate -Type ''<CertificateUses>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Thumbprint is the Thumbprint that the step reads first; for each of them one object: Use is <CertificateUses>, the step has had its effect' -Undo 'assign another certificate') {
    # Note: A recorded certificate comes first, else one with private key, valid dates and the right names; its subject and expiry are shown.
    Invoke-Shown -Command { Get-ChildItem -Path 'Cert:\LocalMachine\My' | Select-Object -Property @('Thumbprint', 'Subject', 'NotBefore', 'NotAfter', 'HasPrivateKey', 'DnsNameList') | Format-List -Property '*' | Out-Host }
    $Read_Thumbprint = Read-Value -Question 'Thumbprint (from <ServerFqdn>)'
    Invoke-Shown -Command { Set-CsCertificate -Type '<CertificateUses>' -Thumbprint $Read_Thumbprint -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsCertificate -Type '<CertificateUses>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Thumbprint is <Read:Thumbprint>; for each of them one object: Use is <CertificateUses>?'.Replace('<Read:Thumbprint>', ($Read_Thumbprint -join ', ')))
    # To undo: assign another certificate
}

# ---- Restore every member
# Only if for each <ServerFqdn> of servers of pool
# Only if How are the roles installed, certificates assigned and services started? Deployment Wizard, manually on the server
if (Test-Step -Id 'restore-member/mem-step3.1' -Title 'Assign the certificate' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsCertificate -Type ''<CertificateUses>'' | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: Use is <CertificateUses>, the step has had its effect' -Undo 'assign another certificate') {
    # Note: A recorded certificate comes first, else one with private key, valid dates and the right names; its subject and expiry are shown.
    Invoke-Shown -Command { Get-ChildItem -Path 'Cert:\LocalMachine\My' | Select-Object -Property @('Thumbprint', 'Subject', 'NotBefore', 'NotAfter', 'HasPrivateKey', 'DnsNameList') | Format-List -Property '*' | Out-Host }
    $Read_Thumbprint = Read-Value -Question 'Thumbprint (from <ServerFqdn>)'
    Write-Host 'Step 3: Request, Install or Assign Certificates, Run. Assign the restored certificates to every usage that is shown; on an Edge Server the internal one and the external one. Never request OAuthTokenIssuer on a rebuilt server; it arrives by replication. Finished when the status is Assigned.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsCertificate -Type '<CertificateUses>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: Use is <CertificateUses>?'
    # To undo: assign another certificate
}

# ---- Restore every member
# Only if the target is an Edge Server
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step3.2' -Title 'Assign the external certificate' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsCertificate -Type ''<ExternalCertificateUses>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Thumbprint is the Thumbprint that the step reads first; for each of them one object: Use is <ExternalCertificateUses>, the step has had its effect' -Undo 'assign another certificate') {
    Invoke-Shown -Command { Get-ChildItem -Path 'Cert:\LocalMachine\My' | Select-Object -Property @('Thumbprint', 'Subject', 'NotBefore', 'NotAfter', 'HasPrivateKey', 'DnsNameList') | Format-List -Property '*' | Out-Host }
    $Read_Thumbprint = Read-Value -Question 'Thumbprint (from <ServerFqdn>)'
    Invoke-Shown -Command { Set-CsCertificate -Type '<ExternalCertificateUses>' -Thumbprint $Read_Thumbprint -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsCertificate -Type '<ExternalCertificateUses>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Thumbprint is <Read:Thumbprint>; for each of them one object: Use is <ExternalCertificateUses>?'.Replace('<Read:Thumbprint>', ($Read_Thumbprint -join ', ')))
    # To undo: assign another certificate
}

# ---- Restore every member
# Only if the target is an Edge Server
# Only if the pool has other servers
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step3.3' -Title 'Check that every Edge Server has the same A/V certificate' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsCertificate -Type @(''AudioVideoAuthentication'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Thumbprint is one of the Others that the step reads first, the step has had its effect') {
    # Note: Media relay authentication works with one certificate and its private key on all servers of the Edge pool alone.
    Write-Host 'On <OtherMemberFqdn> run: Get-CsCertificate -Type @(''AudioVideoAuthentication'') | Format-List -Property ''*'' | Out-Host'
    $Read_Others = Read-Value -Question 'Thumbprint (from <OtherMemberFqdn>)'
    Invoke-Shown -Command { Get-CsCertificate -Type @('AudioVideoAuthentication') | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsCertificate -Type @('AudioVideoAuthentication') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Thumbprint is one of <Read:Others>?'.Replace('<Read:Others>', ($Read_Others -join ', ')))
}

# ---- Restore every member
# Only if the target runs Web Services (Front End, Standard Edition, Director)
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step3.4' -Title 'Check that the server has the deployment''s OAuth certificate' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsCertificate -Type @(''OAuthTokenIssuer'') | Out-Host; if it shows the number of objects is at least 1 (within 15 min), the step has had its effect') {
    # Note: Never request a new one on a rebuilt server; it is one certificate for the whole deployment.
    Invoke-Shown -Command { Get-CsCertificate -Type @('OAuthTokenIssuer') | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsCertificate -Type @('OAuthTokenIssuer') | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1 (within 15 min)?'
}

# ---- Start every member
# Only if not: the target belongs to an Enterprise Edition Front End pool
# Only if for each <ServerFqdn> of servers of pool
# Only if How are the roles installed, certificates assigned and services started? Setup, Bootstrapper and cmdlets
if (Test-Step -Id 'restore-member/mem-step4.1' -Title 'Start the services' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect' -Undo 'Stop-CsWindowsService') {
    # Note: With several Front End Servers of one pool lost, start them together (restore-pool); otherwise this never ends.
    Invoke-Shown -Command { Start-CsWindowsService -NoWait -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
    # To undo: Stop-CsWindowsService
}

# ---- Start every member
# Only if not: the target belongs to an Enterprise Edition Front End pool
# Only if for each <ServerFqdn> of servers of pool
# Only if How are the roles installed, certificates assigned and services started? Deployment Wizard, manually on the server
if (Test-Step -Id 'restore-member/mem-step4.1' -Title 'Start the services' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect' -Undo 'Stop-CsWindowsService') {
    # Note: With several Front End Servers of one pool lost, start them together (restore-pool); otherwise this never ends.
    Write-Host 'Step 4: Start Services, Run, Next, Finish. The wizard reports success even if a service did not start: look at Service Status (Optional) and start what is not running.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
    # To undo: Stop-CsWindowsService
}

# ---- Start every member
# Only if not: the target belongs to an Enterprise Edition Front End pool
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step4.2' -Title 'Create the folder for the report' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force -Confirm:$false | Out-Host }
}

# ---- Start every member
# Only if not: the target belongs to an Enterprise Edition Front End pool
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step4.3' -Title 'Test the computer' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsComputer -Report 'C:\Logs\ComputerTest.html' | Out-Host }
}

# ---- Start every member
# Only if not: the target belongs to an Enterprise Edition Front End pool
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step4.4' -Title 'Test the replica' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsReplica | Out-Host }
}

# ---- Start every member
# Only if not: the target belongs to an Enterprise Edition Front End pool
# Only if another working server of the site is recorded
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-step4.5' -Title 'Check that the configuration is replicated to the server' -RunOn '<GoodServerFqdn>' -Account 'lync-admin' -Look 'on <GoodServerFqdn> run: Get-CsManagementStoreReplicationStatus -ReplicaFqdn ''<ServerFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: UpToDate is True (within 15 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<ServerFqdn>' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<ServerFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# ---- Restore user data
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if Is user data imported? yes, the user store is lost and the pool is not failed over
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
# Only if the set holds this pool's user data
if (Test-Step -Id 'restore-backend/be-userdata.1' -Title 'Copy the export to the importing server and check it' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: certutil ''-hashfile'' ''<Run:local-folder>\UserData\<BackupSet:UserData:name>'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:UserData:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<Run:local-folder>\UserData' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:UserData>' -Destination '<Run:local-folder>\UserData\<BackupSet:UserData:name>' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' '<Run:local-folder>\UserData\<BackupSet:UserData:name>' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:UserData:sha256>?'
}

# ---- Restore user data
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if Is user data imported? yes, the user store is lost and the pool is not failed over
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'restore-backend/be-userdata.2' -Title 'Stop the Lync services' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: Get-CsWindowsService -ComputerName ''<FrontEndFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 10 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName <FrontEndFqdn> -NoWait, on every Front End Server') {
    # Note: Front End Servers must not run with an empty user store.
    Confirm-Harm -Harm 'stops Lync on <FrontEndFqdn>; the pool is without service until all of its servers are started again' -Name '<FrontEndFqdn>'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName '<FrontEndFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 10 min)?'
    # To undo: Start-CsWindowsService -ComputerName <FrontEndFqdn> -NoWait, on every Front End Server
}

# ---- Restore user data
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if Is user data imported? yes, the user store is lost and the pool is not failed over
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'restore-backend/be-userdata.3' -Title 'Import the user data' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: Export-CsUserData -PoolFqdn ''<PoolFqdn>'' -FileName ''<Run:local-folder>\UserData\<BackupSet:UserData:name>-again.zip''; Get-Item -LiteralPath @(''<Run:local-folder>\UserData\<BackupSet:UserData:name>-again.zip'', ''<Run:local-folder>\UserData\<BackupSet:UserData:name>'') | Out-Host; if it shows in the new export all that the imported one holds, the step has had its effect' -Undo 'none; import again from another set') {
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

# ---- Restore user data
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if Is user data imported? yes, the user store is lost and the pool is not failed over
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'restore-backend/be-userdata.4' -Title 'Start the Lync services at the same time (-NoWait)' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    # Note: A start that waits for the first server never ends; it waits for the quorum of its pool (pitfall P59).
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName '<FrontEndFqdn>' -NoWait -Confirm:$false | Out-Host }
}

# ---- Restore user data
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if Is user data imported? yes, the user store is lost and the pool is not failed over
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'restore-backend/be-userdata.5' -Title 'Check that every service runs' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: Get-CsWindowsService -ComputerName ''<FrontEndFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore user data
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if Is user data imported? yes, the user store is lost and the pool is not failed over
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'restore-backend/be-userdata.6' -Title 'Check that the user store is online' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsUserDatabaseState -RegistrarPool '<PoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Online is True?'
}

# ---- Restore user data
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if Is user data imported? yes, the user store is lost and the pool is not failed over
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'restore-backend/be-userdata.7' -Title 'Check that every Front End Server of the pool runs' -RunOn '<FirstMemberFqdn>' -Account 'lync-admin' -Look 'on <FirstMemberFqdn> run: Get-Service -Name @(''RTCSRV'') -ComputerName ''<PoolFrontEnds>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    # Note: The answer is for a person to read: it concerns updates, not this restore. Get-CsPoolFabricState -PoolFqdn <PoolFqdn> prints which routing group lacks replicas; look for the word missing.
    Invoke-Shown -Command { Get-CsPoolUpgradeReadinessState | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('RTCSRV') -ComputerName '<PoolFrontEnds>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Start the pool with enough servers
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'pool-start.1' -Title 'Start the services at the same time (-NoWait)' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Undo 'Stop-CsWindowsService -ComputerName <FrontEndFqdn>') {
    # Note: Servers that must run for the first start: 1 of 2, 3 of 3, 3 of 4, 4 of 5, 5 of 6, 5 of 7, 6 of 8, 7 of 9, 8 of 10, 9 of 11, 10 of 12.
    # Note: Two-server pools start both together, or in the reverse order in which they went down.
    # Note: A start without -NoWait, server after server, blocks on the first one (pitfall P59).
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName '<FrontEndFqdn>' -NoWait -Confirm:$false | Out-Host }
    # To undo: Stop-CsWindowsService -ComputerName <FrontEndFqdn>
}

# ---- Start the pool with enough servers
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'pool-start.2' -Title 'Check that every service runs' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: Get-CsWindowsService -ComputerName ''<FrontEndFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    # Note: RTCSRV may be starting for up to an hour while users are placed (event 32174).
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Start the pool with enough servers
# Only if the target belongs to an Enterprise Edition Front End pool
if (Test-Step -Id 'pool-start.3' -Title 'Check that every Front End Server of the pool runs' -RunOn '<FirstMemberFqdn>' -Account 'lync-admin' -Look 'on <FirstMemberFqdn> run: Get-Service -Name @(''RTCSRV'') -ComputerName ''<PoolFrontEnds>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    # Note: The answer is for a person to read: it concerns updates, not this restore. Get-CsPoolFabricState -PoolFqdn <PoolFqdn> prints which routing group lacks replicas; look for the word missing.
    # Note: Not enough servers for the first start but enough to work, or it asks for it - Reset-CsPoolRegistrarState -PoolFqdn <PoolFqdn> -ResetType QuorumLossRecovery (data not yet written may be lost).
    # Note: Topology changed while the whole pool was down - after publishing, Reset-CsPoolRegistrarState -PoolFqdn <PoolFqdn> -ResetType ServiceReset.
    Invoke-Shown -Command { Get-CsPoolUpgradeReadinessState | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('RTCSRV') -ComputerName '<PoolFrontEnds>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Start the pool with enough servers
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'pool-start.4' -Title 'Check that the configuration has been replicated to every server' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: Get-CsManagementStoreReplicationStatus -ReplicaFqdn ''<FrontEndFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: UpToDate is True (within 15 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'restore-backend/restore-rgs/rgs-import.1' -Title 'Copy the export to the server and check it' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: certutil ''-hashfile'' ''<Run:local-folder>\Rgs\<BackupSet:Rgs:name>'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:Rgs:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<Run:local-folder>\Rgs' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:Rgs>' -Destination '<Run:local-folder>\Rgs\<BackupSet:Rgs:name>' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' '<Run:local-folder>\Rgs\<BackupSet:Rgs:name>' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:Rgs:sha256>?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
# Only if Restore the application settings of Response Group (music on hold, ring-back) too? yes, as in the backup
if (Test-Step -Id 'restore-backend/restore-rgs/rgs-import.2' -Title 'Import, taking ownership of the contact objects' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsRgsWorkflow -Identity ''<RgsServiceId>'' -ShowAll | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: Name is <BackupSet:Rgs:Workflow>, the step has had its effect' -Undo 'none; import again from another set') {
    # Note: Without -OverwriteOwner the import fails, because the contact objects already exist in AD (pitfall P44).
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the services of the pool run: does it show every object: Status is Running?'
    Confirm-Harm -Harm 'writes the Response Groups of <RgsPoolFqdn> and takes ownership of their contact objects in AD' -Name '<RgsPoolFqdn>'
    Invoke-Shown -Command { Import-CsRgsConfiguration -Destination '<RgsServiceId>' -FileName '<Run:local-folder>\Rgs\<BackupSet:Rgs:name>' -OverwriteOwner -ReplaceExistingRgsSettings | Out-Host }
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity '<RgsServiceId>' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: Name is <BackupSet:Rgs:Workflow>?'
    # To undo: none; import again from another set
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
# Only if Restore the application settings of Response Group (music on hold, ring-back) too? no, keep the pool's own
if (Test-Step -Id 'restore-backend/restore-rgs/rgs-import.2' -Title 'Import, taking ownership of the contact objects' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsRgsWorkflow -Identity ''<RgsServiceId>'' -ShowAll | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: Name is <BackupSet:Rgs:Workflow>, the step has had its effect' -Undo 'none; import again from another set') {
    # Note: Without -OverwriteOwner the import fails, because the contact objects already exist in AD (pitfall P44).
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the services of the pool run: does it show every object: Status is Running?'
    Confirm-Harm -Harm 'writes the Response Groups of <RgsPoolFqdn> and takes ownership of their contact objects in AD' -Name '<RgsPoolFqdn>'
    Invoke-Shown -Command { Import-CsRgsConfiguration -Destination '<RgsServiceId>' -FileName '<Run:local-folder>\Rgs\<BackupSet:Rgs:name>' -OverwriteOwner | Out-Host }
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity '<RgsServiceId>' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: Name is <BackupSet:Rgs:Workflow>?'
    # To undo: none; import again from another set
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'restore-backend/restore-rgs/rgs-verify.1' -Title 'Workflows' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity '<RgsServiceId>' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is <BackupSet:Rgs:Workflow>?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'restore-backend/restore-rgs/rgs-verify.2' -Title 'Queues' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsQueue -Identity '<RgsServiceId>' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is <BackupSet:Rgs:Queue>?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'restore-backend/restore-rgs/rgs-verify.3' -Title 'Agent groups' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsAgentGroup -Identity '<RgsServiceId>' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is <BackupSet:Rgs:AgentGroup>?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'restore-backend/restore-rgs/rgs-verify.4' -Title 'Business hours' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsHoursOfBusiness -Identity '<RgsServiceId>' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is <BackupSet:Rgs:HoursOfBusiness>?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if Response Group is deployed on the pool, or the set holds its export
# Only if the set holds this pool's Response Groups
# Only if Does the partner of the pool serve its users at the moment? no, or the pool is not paired
if (Test-Step -Id 'restore-backend/restore-rgs/rgs-verify.5' -Title 'Holiday sets' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsHolidaySet -Identity '<RgsServiceId>' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is <BackupSet:Rgs:HolidaySet>?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if archiving or monitoring data lie on the Back End Server
# Only if Do the archiving and monitoring databases exist on their SQL server? no, the server or a database was lost
# Only if not: archiving or monitoring data lie on the Back End Server
# Only if How are the archiving and monitoring databases re-created? Install-CsDatabase
# Only if for each <DatabaseServerFqdn> of archiving and monitoring servers
if (Test-Step -Id 'restore-backend/restore-archmon/ma-recreate' -Title 'Re-create the databases' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn ''<DatabaseServerFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server that runs the command needs the CU version of the other servers; otherwise the databases get the wrong version.
    Invoke-Shown -Command { Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<DatabaseServerFqdn>' -Verbose -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<DatabaseServerFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if archiving or monitoring data lie on the Back End Server
# Only if Do the archiving and monitoring databases exist on their SQL server? no, the server or a database was lost
# Only if not: archiving or monitoring data lie on the Back End Server
# Only if How are the archiving and monitoring databases re-created? Topology Builder, Install Database
# Only if for each <DatabaseServerFqdn> of archiving and monitoring servers
if (Test-Step -Id 'restore-backend/restore-archmon/ma-recreate' -Title 'Re-create the databases' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn ''<DatabaseServerFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server that runs the command needs the CU version of the other servers; otherwise the databases get the wrong version.
    Write-Host 'Download the topology in Topology Builder. Right-click Lync Server 2013, Install Database; on the page Create databases tick the databases of <DatabaseServerFqdn>, go through the wizard, Finish. Publish nothing.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Test-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<DatabaseServerFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if archiving or monitoring data lie on the Back End Server
# Only if for each <DatabaseName> of archiving and monitoring databases
if (Test-Step -Id 'restore-backend/restore-archmon/ma-device' -Title 'Verify the backup (RESTORE VERIFYONLY)' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it manually, without CHECKSUM.
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<DatabaseFile>'' WITH CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if archiving or monitoring data lie on the Back End Server
# Only if for each <DatabaseName> of archiving and monitoring databases
if (Test-Step -Id 'restore-backend/restore-archmon/ma-options' -Title 'Restore the database' -RunOn '<DatabaseInstance>' -Account 'sql-admin' -Look 'on <DatabaseInstance> run: sqlcmd ''-S'' ''<DatabaseInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''''<DatabaseName>'''' AND h.restore_type = N''''D'''' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''''<DatabaseName>'''' ORDER BY h.restore_history_id DESC, f.family_sequence_number;'' | Out-Host; if it shows every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of the BackupSets that the step reads first, the step has had its effect' -Undo 'none; restore another backup of the same database') {
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

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if archiving or monitoring data lie on the Back End Server
# Only if for each <DatabaseName> of archiving and monitoring databases
if (Test-Step -Id 'restore-backend/restore-archmon/ma-acl' -Title 'Grant RTCComponentUniversalServices access' -RunOn '<DatabaseInstance>' -Account 'sql-admin' -Look 'on <DatabaseInstance> run: sqlcmd ''-S'' ''<DatabaseInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''USE [<DatabaseName>];
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

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if Does the database mgc exist on its SQL server? no, the server or the database was lost
# Only if not: the Persistent Chat database lies on a server of the pool or Back End
# Only if How is the Persistent Chat database re-created? Install-CsDatabase
if (Test-Step -Id 'restore-backend/restore-archmon/restore-pchat/pc-recreate' -Title 'Re-create the Persistent Chat database' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Test-CsDatabase -DatabaseType ''PersistentChat'' -SqlServerFqdn ''<PChatSqlFqdn>'' -SqlInstanceName ''<PChatSqlInstance>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server that runs the command needs the CU version of the other servers; otherwise the database gets the wrong version.
    Invoke-Shown -Command { Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<PChatSqlFqdn>' -Verbose -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Test-CsDatabase -DatabaseType 'PersistentChat' -SqlServerFqdn '<PChatSqlFqdn>' -SqlInstanceName '<PChatSqlInstance>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if Does the database mgc exist on its SQL server? no, the server or the database was lost
# Only if not: the Persistent Chat database lies on a server of the pool or Back End
# Only if How is the Persistent Chat database re-created? Topology Builder, Install Database
if (Test-Step -Id 'restore-backend/restore-archmon/restore-pchat/pc-recreate' -Title 'Re-create the Persistent Chat database' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Test-CsDatabase -DatabaseType ''PersistentChat'' -SqlServerFqdn ''<PChatSqlFqdn>'' -SqlInstanceName ''<PChatSqlInstance>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server that runs the command needs the CU version of the other servers; otherwise the database gets the wrong version.
    Write-Host 'Download the topology in Topology Builder. Right-click Lync Server 2013, Install Database; on the page Create databases tick the Persistent Chat database of <PChatSqlFqdn>, go through the wizard, Finish. Publish nothing.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Test-CsDatabase -DatabaseType 'PersistentChat' -SqlServerFqdn '<PChatSqlFqdn>' -SqlInstanceName '<PChatSqlInstance>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if not: Persistent Chat runs on the servers of the pool itself
# Only if for each <PChatMemberFqdn> of persistent chat servers
if (Test-Step -Id 'restore-backend/restore-archmon/restore-pchat/pc-stop.1' -Title 'Stop the services of the Persistent Chat Server' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService -ComputerName ''<PChatMemberFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName <PChatMemberFqdn>') {
    Confirm-Harm -Harm 'stops Persistent Chat on <PChatMemberFqdn>; its rooms are unavailable until it is started again' -Name '<PChatMemberFqdn>'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName '<PChatMemberFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<PChatMemberFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService -ComputerName <PChatMemberFqdn>
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if Persistent Chat runs on the servers of the pool itself
if (Test-Step -Id 'restore-backend/restore-archmon/restore-pchat/pc-stop.2' -Title 'Stop the Persistent Chat service only' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Where-Object -Property ''DisplayName'' -Value ''*Persistent Chat*'' -Like | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'start the same services') {
    # Note: The other services of the server keep running; only Persistent Chat is interrupted.
    Confirm-Harm -Harm 'stops Persistent Chat on <ServerFqdn>; its rooms are unavailable until it is started again' -Name '<ServerFqdn>'
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Stop-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: start the same services
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'restore-backend/restore-archmon/restore-pchat/pc-sql.1' -Title 'Verify the backup (RESTORE VERIFYONLY)' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it manually, without CHECKSUM.
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<DatabaseFile>'' WITH CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'restore-backend/restore-archmon/restore-pchat/pc-sql.2' -Title 'Restore the database' -RunOn '<DatabaseInstance>' -Account 'sql-admin' -Look 'on <DatabaseInstance> run: sqlcmd ''-S'' ''<DatabaseInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''''<DatabaseName>'''' AND h.restore_type = N''''D'''' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''''<DatabaseName>'''' ORDER BY h.restore_history_id DESC, f.family_sequence_number;'' | Out-Host; if it shows every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of the BackupSets that the step reads first, the step has had its effect' -Undo 'none; restore another backup of the same database') {
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

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'restore-backend/restore-archmon/restore-pchat/pc-sql.3' -Title 'Grant RTCComponentUniversalServices access' -RunOn '<DatabaseInstance>' -Account 'sql-admin' -Look 'on <DatabaseInstance> run: sqlcmd ''-S'' ''<DatabaseInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''USE [<DatabaseName>];
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

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-backend/restore-archmon/restore-pchat/pc-save.1' -Title 'Create the folder for this backup' -RunOn '<PChatSqlFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<local backup folder>' -Force -Confirm:$false | Out-Host }
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-backend/restore-archmon/restore-pchat/pc-save.2' -Title 'Back up the present database' -RunOn '<PChatInstance>' -Account 'sql-admin' -Look 'on <PChatInstance> run: sqlcmd ''-S'' ''<PChatInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''''mgc'''' AND f.physical_device_name = N''''<local backup folder>\mgc_before_import_<BackupSetName>.bak'''' ORDER BY s.backup_set_id DESC;'' | Out-Host; if it shows every object: BackupId is above what it was just before this step, the step has had its effect') {
    # Note: The import adds to what exists and cannot be undone; only this file restores the present state.
    # Note: If the file exists already from an earlier attempt, keep it and skip this step; it holds the older state.
    Invoke-Shown -Command { sqlcmd '-S' '<PChatInstance>' '-E' '-b' '-x' '-Q' 'BACKUP DATABASE [mgc] TO DISK = N''<local backup folder>\mgc_before_import_<BackupSetName>.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<PChatInstance>' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''mgc'' AND f.physical_device_name = N''<local backup folder>\mgc_before_import_<BackupSetName>.bak'' ORDER BY s.backup_set_id DESC;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: BackupId is above what it was just before this step?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-backend/restore-archmon/restore-pchat/pc-import.1' -Title 'Create the folder for the reports' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force -Confirm:$false | Out-Host }
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-backend/restore-archmon/restore-pchat/pc-import.2' -Title 'Copy the export to the server and check it' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: certutil ''-hashfile'' ''<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:PersistentChat:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<Run:local-folder>\PersistentChat' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:PersistentChat>' -Destination '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:PersistentChat:sha256>?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-backend/restore-archmon/restore-pchat/pc-import.3' -Title 'Test the import (-WhatIf)' -RunOn '<ServerFqdn>' -Account 'chat-admin' -Look 'on <ServerFqdn> run: Get-Item -LiteralPath ''C:\Logs\RehearsePersistentChat_<BackupSetName>.html'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    # Note: Nothing is written. Fix what it reports before the import.
    # Note: Its report is C:\Logs\RehearsePersistentChat_<BackupSetName>.html.
    Invoke-Shown -Command { Import-CsPersistentChatData -DBInstance '<PChatInstance>' -FileName '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' -Report 'C:\Logs\RehearsePersistentChat_<BackupSetName>.html' -WhatIf -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Logs\RehearsePersistentChat_<BackupSetName>.html' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-backend/restore-archmon/restore-pchat/pc-import.4' -Title 'Import' -RunOn '<ServerFqdn>' -Account 'chat-admin' -Look 'on <ServerFqdn> run: Export-CsPersistentChatData -DBInstance ''<PChatInstance>'' -FileName ''<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>-again.zip''; Get-Item -LiteralPath @(''<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>-again.zip'', ''<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>'') | Out-Host; if it shows in the new export all that the imported one holds, the step has had its effect' -Undo 'restore mgc from the backup that was made before the import') {
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

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if not: Persistent Chat runs on the servers of the pool itself
# Only if for each <PChatMemberFqdn> of persistent chat servers
if (Test-Step -Id 'restore-backend/restore-archmon/restore-pchat/pc-start.1' -Title 'Start the services of the Persistent Chat Server' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService -ComputerName ''<PChatMemberFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 30 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName '<PChatMemberFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<PChatMemberFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
# Only if Persistent Chat runs on the servers of the pool itself
if (Test-Step -Id 'restore-backend/restore-archmon/restore-pchat/pc-start.2' -Title 'Start the Persistent Chat service' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Where-Object -Property ''DisplayName'' -Value ''*Persistent Chat*'' -Like | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 30 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Start-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
if (Test-Step -Id 'restore-backend/restore-archmon/restore-pchat/pc-start.3' -Title 'List the categories' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    Invoke-Shown -Command { Get-CsPersistentChatCategory | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if archiving or monitoring data lie on the Back End Server
# Only if Is the Persistent Chat database (mgc) restored in the same run? yes, by the method it was backed up with
if (Test-Step -Id 'restore-backend/restore-archmon/restore-pchat/pc-start.4' -Title 'List the rooms' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    # Note: Compare them with the list of the backup.
    Invoke-Shown -Command { Get-CsPersistentChatRoom | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if archiving or monitoring data lie on the Back End Server
# Only if Were SQL Server Reporting Services or their database lost? yes
if (Test-Step -Id 'restore-backend/restore-archmon/ma-reports' -Title 'Deploy the Monitoring Reports' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The reports are part of no backup here. Open their home page afterwards and look at one of them.
    Write-Host 'Install and configure Reporting Services under its old instance name. Then Deployment Wizard, Deploy Monitoring Reports, with monitoring database, Reporting Services instance, credentials and read-only group as recorded. With a mirrored monitoring store add the partner to both data sources.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if Does the database mgc exist on its SQL server? no, the server or the database was lost
# Only if not: the Persistent Chat database lies on a server of the pool or Back End
# Only if How is the Persistent Chat database re-created? Install-CsDatabase
if (Test-Step -Id 'restore-backend/restore-pchat/pc-recreate' -Title 'Re-create the Persistent Chat database' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Test-CsDatabase -DatabaseType ''PersistentChat'' -SqlServerFqdn ''<PChatSqlFqdn>'' -SqlInstanceName ''<PChatSqlInstance>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server that runs the command needs the CU version of the other servers; otherwise the database gets the wrong version.
    Invoke-Shown -Command { Install-CsDatabase -ConfiguredDatabases -SqlServerFqdn '<PChatSqlFqdn>' -Verbose -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Test-CsDatabase -DatabaseType 'PersistentChat' -SqlServerFqdn '<PChatSqlFqdn>' -SqlInstanceName '<PChatSqlInstance>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if Does the database mgc exist on its SQL server? no, the server or the database was lost
# Only if not: the Persistent Chat database lies on a server of the pool or Back End
# Only if How is the Persistent Chat database re-created? Topology Builder, Install Database
if (Test-Step -Id 'restore-backend/restore-pchat/pc-recreate' -Title 'Re-create the Persistent Chat database' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Test-CsDatabase -DatabaseType ''PersistentChat'' -SqlServerFqdn ''<PChatSqlFqdn>'' -SqlInstanceName ''<PChatSqlInstance>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect') {
    # Note: A database that exists is left as it is; without -Clean nothing is deleted.
    # Note: The server that runs the command needs the CU version of the other servers; otherwise the database gets the wrong version.
    Write-Host 'Download the topology in Topology Builder. Right-click Lync Server 2013, Install Database; on the page Create databases tick the Persistent Chat database of <PChatSqlFqdn>, go through the wizard, Finish. Publish nothing.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Test-CsDatabase -DatabaseType 'PersistentChat' -SqlServerFqdn '<PChatSqlFqdn>' -SqlInstanceName '<PChatSqlInstance>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if not: Persistent Chat runs on the servers of the pool itself
# Only if for each <PChatMemberFqdn> of persistent chat servers
if (Test-Step -Id 'restore-backend/restore-pchat/pc-stop.1' -Title 'Stop the services of the Persistent Chat Server' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService -ComputerName ''<PChatMemberFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName <PChatMemberFqdn>') {
    Confirm-Harm -Harm 'stops Persistent Chat on <PChatMemberFqdn>; its rooms are unavailable until it is started again' -Name '<PChatMemberFqdn>'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName '<PChatMemberFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<PChatMemberFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService -ComputerName <PChatMemberFqdn>
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if Persistent Chat runs on the servers of the pool itself
if (Test-Step -Id 'restore-backend/restore-pchat/pc-stop.2' -Title 'Stop the Persistent Chat service only' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Where-Object -Property ''DisplayName'' -Value ''*Persistent Chat*'' -Like | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'start the same services') {
    # Note: The other services of the server keep running; only Persistent Chat is interrupted.
    Confirm-Harm -Harm 'stops Persistent Chat on <ServerFqdn>; its rooms are unavailable until it is started again' -Name '<ServerFqdn>'
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Stop-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: start the same services
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'restore-backend/restore-pchat/pc-sql.1' -Title 'Verify the backup (RESTORE VERIFYONLY)' -RunOn '<DatabaseInstance>' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it manually, without CHECKSUM.
    Invoke-Shown -Command { sqlcmd '-S' '<DatabaseInstance>' '-E' '-b' '-x' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''<DatabaseFile>'' WITH CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'restore-backend/restore-pchat/pc-sql.2' -Title 'Restore the database' -RunOn '<DatabaseInstance>' -Account 'sql-admin' -Look 'on <DatabaseInstance> run: sqlcmd ''-S'' ''<DatabaseInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''''<DatabaseName>'''' AND h.restore_type = N''''D'''' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''''<DatabaseName>'''' ORDER BY h.restore_history_id DESC, f.family_sequence_number;'' | Out-Host; if it shows every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of the BackupSets that the step reads first, the step has had its effect' -Undo 'none; restore another backup of the same database') {
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

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds a SQL backup of the Persistent Chat database
# Only if for each <DatabaseName> of persistent chat databases
if (Test-Step -Id 'restore-backend/restore-pchat/pc-sql.3' -Title 'Grant RTCComponentUniversalServices access' -RunOn '<DatabaseInstance>' -Account 'sql-admin' -Look 'on <DatabaseInstance> run: sqlcmd ''-S'' ''<DatabaseInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''USE [<DatabaseName>];
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

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-backend/restore-pchat/pc-save.1' -Title 'Create the folder for this backup' -RunOn '<PChatSqlFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<local backup folder>' -Force -Confirm:$false | Out-Host }
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-backend/restore-pchat/pc-save.2' -Title 'Back up the present database' -RunOn '<PChatInstance>' -Account 'sql-admin' -Look 'on <PChatInstance> run: sqlcmd ''-S'' ''<PChatInstance>'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''''mgc'''' AND f.physical_device_name = N''''<local backup folder>\mgc_before_import_<BackupSetName>.bak'''' ORDER BY s.backup_set_id DESC;'' | Out-Host; if it shows every object: BackupId is above what it was just before this step, the step has had its effect') {
    # Note: The import adds to what exists and cannot be undone; only this file restores the present state.
    # Note: If the file exists already from an earlier attempt, keep it and skip this step; it holds the older state.
    Invoke-Shown -Command { sqlcmd '-S' '<PChatInstance>' '-E' '-b' '-x' '-Q' 'BACKUP DATABASE [mgc] TO DISK = N''<local backup folder>\mgc_before_import_<BackupSetName>.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' '<PChatInstance>' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''mgc'' AND f.physical_device_name = N''<local backup folder>\mgc_before_import_<BackupSetName>.bak'' ORDER BY s.backup_set_id DESC;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: BackupId is above what it was just before this step?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-backend/restore-pchat/pc-import.1' -Title 'Create the folder for the reports' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force -Confirm:$false | Out-Host }
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-backend/restore-pchat/pc-import.2' -Title 'Copy the export to the server and check it' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: certutil ''-hashfile'' ''<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains <BackupSet:PersistentChat:sha256>, the step has had its effect') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<Run:local-folder>\PersistentChat' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '<BackupSet:PersistentChat>' -Destination '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains <BackupSet:PersistentChat:sha256>?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-backend/restore-pchat/pc-import.3' -Title 'Test the import (-WhatIf)' -RunOn '<ServerFqdn>' -Account 'chat-admin' -Look 'on <ServerFqdn> run: Get-Item -LiteralPath ''C:\Logs\RehearsePersistentChat_<BackupSetName>.html'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    # Note: Nothing is written. Fix what it reports before the import.
    # Note: Its report is C:\Logs\RehearsePersistentChat_<BackupSetName>.html.
    Invoke-Shown -Command { Import-CsPersistentChatData -DBInstance '<PChatInstance>' -FileName '<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>' -Report 'C:\Logs\RehearsePersistentChat_<BackupSetName>.html' -WhatIf -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Logs\RehearsePersistentChat_<BackupSetName>.html' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if the set holds an export of Persistent Chat, and no SQL backup of its database
if (Test-Step -Id 'restore-backend/restore-pchat/pc-import.4' -Title 'Import' -RunOn '<ServerFqdn>' -Account 'chat-admin' -Look 'on <ServerFqdn> run: Export-CsPersistentChatData -DBInstance ''<PChatInstance>'' -FileName ''<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>-again.zip''; Get-Item -LiteralPath @(''<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>-again.zip'', ''<Run:local-folder>\PersistentChat\<BackupSet:PersistentChat:name>'') | Out-Host; if it shows in the new export all that the imported one holds, the step has had its effect' -Undo 'restore mgc from the backup that was made before the import') {
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

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if not: Persistent Chat runs on the servers of the pool itself
# Only if for each <PChatMemberFqdn> of persistent chat servers
if (Test-Step -Id 'restore-backend/restore-pchat/pc-start.1' -Title 'Start the services of the Persistent Chat Server' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService -ComputerName ''<PChatMemberFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 30 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName '<PChatMemberFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<PChatMemberFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
# Only if Persistent Chat runs on the servers of the pool itself
if (Test-Step -Id 'restore-backend/restore-pchat/pc-start.2' -Title 'Start the Persistent Chat service' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService | Where-Object -Property ''DisplayName'' -Value ''*Persistent Chat*'' -Like | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 30 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Start-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
if (Test-Step -Id 'restore-backend/restore-pchat/pc-start.3' -Title 'List the categories' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    Invoke-Shown -Command { Get-CsPersistentChatCategory | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the Persistent Chat database lies on a server of the pool or Back End
# Only if the set holds the Persistent Chat database, as a SQL backup or an export
if (Test-Step -Id 'restore-backend/restore-pchat/pc-start.4' -Title 'List the rooms' -RunOn '<ServerFqdn>' -Account 'chat-admin') {
    # Note: Compare them with the list of the backup.
    Invoke-Shown -Command { Get-CsPersistentChatRoom | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the pool's SQL store is mirrored
# Only if SQL backups of databases of this Back End are in the set
# Only if the archiving database is mirrored on this Back End
if (Test-Step -Id 'restore-backend/be-mirror-archmon.1' -Title 'Mirror the archiving database' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: Get-CsDatabaseMirrorState -PoolFqdn ''<PoolFqdn>'' -DatabaseType ''Archiving'' | Format-List -Property ''*'' | Out-Host; if it shows every object: StateOnPrimary is Principal and StateOnMirror is Mirror, the step has had its effect') {
    Invoke-Shown -Command { Install-CsMirrorDatabase -DatabaseType 'Archiving' -FileShare '<MirrorFileShare>' -SqlServerFqdn '<PrimarySqlFqdn>' -SqlInstanceName '<SqlInstance>' -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'Archiving' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the pool's SQL store is mirrored
# Only if SQL backups of databases of this Back End are in the set
# Only if the monitoring databases are mirrored on this Back End
if (Test-Step -Id 'restore-backend/be-mirror-archmon.2' -Title 'Mirror the monitoring databases' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: Get-CsDatabaseMirrorState -PoolFqdn ''<PoolFqdn>'' -DatabaseType ''Monitoring'' | Format-List -Property ''*'' | Out-Host; if it shows every object: StateOnPrimary is Principal and StateOnMirror is Mirror, the step has had its effect') {
    # Note: A Persistent Chat database left out above is mirrored the same way, with -DatabaseType PersistentChat.
    Invoke-Shown -Command { Install-CsMirrorDatabase -DatabaseType 'Monitoring' -FileShare '<MirrorFileShare>' -SqlServerFqdn '<PrimarySqlFqdn>' -SqlInstanceName '<SqlInstance>' -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -PoolFqdn '<PoolFqdn>' -DatabaseType 'Monitoring' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the pool's SQL store is mirrored
# Only if SQL backups of databases of this Back End are in the set
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'restore-backend/be-mirror-restart.1' -Title 'Stop the Lync services, gracefully' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: Get-CsWindowsService -ComputerName ''<FrontEndFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 15 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName <FrontEndFqdn>') {
    Confirm-Check -Question 'Before: the configuration is replicated?'
    Confirm-Harm -Harm 'interrupts service on <FrontEndFqdn>; its users move to the other Front End Servers' -Name '<FrontEndFqdn>'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName '<FrontEndFqdn>' -Graceful -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 15 min)?'
    # To undo: Start-CsWindowsService -ComputerName <FrontEndFqdn>
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the pool's SQL store is mirrored
# Only if SQL backups of databases of this Back End are in the set
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'restore-backend/be-mirror-restart.2' -Title 'Start the Lync services' -RunOn '<FirstFrontEndFqdn>' -Account 'lync-admin' -Look 'on <FirstFrontEndFqdn> run: Get-CsWindowsService -ComputerName ''<FrontEndFqdn>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName '<FrontEndFqdn>' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName '<FrontEndFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore a Back End Server
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if What was lost of the pool's Back End? all of it, and it did not hold the Central Management store
# Only if the pool's SQL store is mirrored
# Only if SQL backups of databases of this Back End are in the set
# Only if for each <FrontEndFqdn> of front ends of pool
if (Test-Step -Id 'restore-backend/be-mirror-restart.3' -Title 'Check that every Front End Server of the pool runs again' -RunOn '<FirstMemberFqdn>' -Account 'lync-admin' -Look 'on <FirstMemberFqdn> run: Get-Service -Name @(''RTCSRV'') -ComputerName ''<PoolFrontEnds>'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    # Note: The answer is for a person to read: it concerns updates, not this restore. Get-CsPoolFabricState -PoolFqdn <PoolFqdn> prints which routing group lacks replicas; look for the word missing.
    # Note: The next server is restarted only then. A pool with a single Front End Server is restarted outside working hours.
    Invoke-Shown -Command { Get-CsPoolUpgradeReadinessState | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('RTCSRV') -ComputerName '<PoolFrontEnds>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore a member server
# Only if the target runs Web Services (Front End, Standard Edition, Director)
# Only if a Kerberos web authentication account is assigned to the site
# Only if another working server of the site is recorded
# Only if the target runs Web Services (Front End, Standard Edition, Director)
# Only if a Kerberos web authentication account is assigned to the site
# Only if another working server of the site is recorded
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-kerberos.1' -Title 'Copy the password to the rebuilt server' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    # Note: Windows shows no password; Test-CsKerberosAccountAssignment in the next step tells whether it is right.
    Confirm-Harm -Harm 'sets the Kerberos account''s password in IIS on <ServerFqdn>' -Name '<ServerFqdn>'
    Invoke-Shown -Command { Set-CsKerberosAccountPassword -FromComputer '<GoodServerFqdn>' -ToComputer '<ServerFqdn>' -Confirm:$false | Out-Host }
}

# ---- Restore a member server
# Only if the target runs Web Services (Front End, Standard Edition, Director)
# Only if a Kerberos web authentication account is assigned to the site
# Only if another working server of the site is recorded
# Only if the target runs Web Services (Front End, Standard Edition, Director)
# Only if a Kerberos web authentication account is assigned to the site
# Only if another working server of the site is recorded
# Only if for each <ServerFqdn> of servers of pool
if (Test-Step -Id 'restore-member/mem-kerberos.2' -Title 'Enable the topology' -RunOn '<GoodServerFqdn>' -Account 'lync-admin' -Look 'on <GoodServerFqdn> run: Test-CsKerberosAccountAssignment -Identity ''site:<SiteName>'' | Out-Host; if it shows no object: the value contains fail, the step has had its effect') {
    Confirm-Harm -Harm 'rewrites AD objects and ACLs according to the topology' -Name '<ServerFqdn>'
    Invoke-Shown -Command { Enable-CsTopology -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Test-CsKerberosAccountAssignment -Identity 'site:<SiteName>' | Out-Host }
    Confirm-Check -Question 'Verify: does it show no object: the value contains fail?'
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'pool-accept.1.1' -Title 'Try it: a test user signs in' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    # Note: The passwords of <TestUser1> and <TestUser2> are asked once and kept in memory only.
    # Note: Each of these tests may be left out with a reason; the report shows result and latency.
    Invoke-Shown -Command { Test-CsRegistration -TargetFqdn '<TriedPoolFqdn>' -UserSipAddress '<TestUser1Sip>' -UserCredential (Get-Credential '<TestUser1>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'pool-accept.1.2' -Title 'Try it: an instant message between two test users' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsIM -TargetFqdn '<TriedPoolFqdn>' -SenderSipAddress '<TestUser1Sip>' -SenderCredential (Get-Credential '<TestUser1>') -ReceiverSipAddress '<TestUser2Sip>' -ReceiverCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'pool-accept.1.3' -Title 'Try it: one test user sees the presence of the other' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPresence -TargetFqdn '<TriedPoolFqdn>' -PublisherSipAddress '<TestUser1Sip>' -PublisherCredential (Get-Credential '<TestUser1>') -SubscriberSipAddress '<TestUser2Sip>' -SubscriberCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'pool-accept.1.4' -Title 'Try it: a conference of two test users with messages' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsGroupIM -TargetFqdn '<TriedPoolFqdn>' -SenderSipAddress '<TestUser1Sip>' -SenderCredential (Get-Credential '<TestUser1>') -ReceiverSipAddress '<TestUser2Sip>' -ReceiverCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
if (Test-Step -Id 'pool-accept.1.5' -Title 'Try it: a test user reaches the Address Book' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsAddressBookService -TargetFqdn '<TriedPoolFqdn>' -UserSipAddress '<TestUser1Sip>' -UserCredential (Get-Credential '<TestUser1>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if two test accounts of the pool that is tried are recorded
# Only if the users of the pool that is tried have Persistent Chat
# Only if Persistent Chat of the pool that is tried was not lost with it
if (Test-Step -Id 'pool-accept.1.6' -Title 'Try it: a message in a chat room' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPersistentChatMessage -TargetFqdn '<TriedPoolFqdn>' -SenderSipAddress '<TestUser1Sip>' -SenderCredential (Get-Credential '<TestUser1>') -ReceiverSipAddress '<TestUser2Sip>' -ReceiverCredential (Get-Credential '<TestUser2>') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? a person signs in and tries
if (Test-Step -Id 'pool-accept.2' -Title 'Try it: sign in, send messages, look at contacts' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
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
if (Test-Step -Id 'pool-accept.2.1' -Title 'Try it: a test user signs in' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    # Note: Each of these tests may be left out with a reason; the report shows result and latency.
    Invoke-Shown -Command { Test-CsRegistration -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'pool-accept.2.2' -Title 'Try it: an instant message between two test users' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsIM -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'pool-accept.2.3' -Title 'Try it: one test user sees the presence of the other' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPresence -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'pool-accept.2.4' -Title 'Try it: a conference of two test users with messages' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsGroupIM -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
# Only if not: failed over yes
# Only if a pool that homes users is known, with which the result is tried
# Only if not: two test accounts of the pool that is tried are recorded
# Only if With whom is the pool tried at the end? the test accounts of Get-CsHealthMonitoringConfiguration
if (Test-Step -Id 'pool-accept.2.5' -Title 'Try it: a test user reaches the Address Book' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
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
if (Test-Step -Id 'pool-accept.2.6' -Title 'Try it: a message in a chat room' -RunOn '<TriedServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPersistentChatMessage -TargetFqdn '<TriedPoolFqdn>' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Bring the users home
# Only if the target belongs to an Enterprise Edition Front End pool
# Only if the pool has a backup pool
# Only if Does the partner of the pool serve its users at the moment? yes, they are failed over
if (Test-Step -Id 'pool-return.1' -Title 'Go on with pool-failback' -RunOn '<FailedPoolServerFqdn>' -Account 'lync-admin') {
    # Note: <FailedPoolFqdn> runs again, and <ServingPoolFqdn> still serves its users. No user data and no Response Groups were imported here; the failback brings the newer ones.
    # Note: Wait until the Backup Service of <ServingPoolFqdn> is steady, then run pool-failback with <FailedPoolFqdn> as the target.
    Write-Host 'Decide: Go on with pool-failback (pool-failback is next)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

Write-Host 'Afterwards: Sign in a test user and look at the contact list; for an Edge pool, from outside.'
Write-Host 'Afterwards: Run Get-CsManagementStoreReplicationStatus and Get-CsWindowsService once more after an hour.'
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
