# Restore the server that hosts the Central Management store (restore-cms)
# Target: pool01.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:6488fc2119180dd04e7afdd96b4a576f80b1aa0fa17c875b96d60c4a40f3ea5c
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

$script:Plan = 'sha256:6488fc2119180dd04e7afdd96b4a576f80b1aa0fa17c875b96d60c4a40f3ea5c'
$script:Steps = @(
    'prepare/prep-decide',
    'cms-local-store.1',
    'cms-local-store.2',
    'cms-local-store.3',
    'cms-local-store.4',
    'cms-unmirror.1',
    'cms-unmirror.2',
    'cms-unmirror.3',
    'cms-unmirror.4',
    'cms-create',
    'cms-scp.1',
    'cms-import.1',
    'cms-import.2',
    'cms-import.3',
    'cms-enable.1',
    'cms-enable.2',
    'cms-databases.9',
    'cms-scp-mirror',
    'cms-lis.1',
    'cms-lis.2',
    'cms-lis.3',
    'cms-lis.4',
    'cms-mirror-restart.1@fe01.contoso.com',
    'cms-mirror-restart.2@fe01.contoso.com',
    'cms-mirror-restart.3@fe01.contoso.com',
    'cms-mirror-restart.1@fe02.contoso.com',
    'cms-mirror-restart.2@fe02.contoso.com',
    'cms-mirror-restart.3@fe02.contoso.com',
    'cms-mirror-restart.1@fe03.contoso.com',
    'cms-mirror-restart.2@fe03.contoso.com',
    'cms-mirror-restart.3@fe03.contoso.com',
    'cms-final.1',
    'cms-final.2',
    'cms-accept.1.1',
    'cms-accept.1.2',
    'cms-accept.1.3',
    'cms-accept.1.4',
    'cms-accept.1.5',
    'cms-accept.1.6'
)

try {
Open-Record

# ---- Prepare
if (Test-Step -Id 'prepare/prep-decide' -Title 'Decide what to restore' -RunOn 'pool01.contoso.com' -Account 'lync-admin') {
    # Note: Restore only when troubleshooting has failed; a restore costs downtime and everything since the backup.
    # Note: The person named in the plan decides. Have media, keys, certificates and the worksheets ready before you continue.
    Write-Host 'Decide: Decide what to restore (restore)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Is there a newer configuration on a surviving server?
if (Test-Step -Id 'cms-local-store.1' -Title 'Create the folder' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Restore' -Force -Confirm:$false | Out-Host }
}

# ---- Is there a newer configuration on a surviving server?
if (Test-Step -Id 'cms-local-store.2' -Title 'Export the local replica' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-Item -LiteralPath ''C:\Restore\Local.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Invoke-Shown -Command { Test-Path -LiteralPath 'C:\Restore\Local.zip' | Out-Host }
    Confirm-Check -Question 'Before: there is no such file yet; rename what an earlier try left: does it show every object: the value is False?'
    Invoke-Shown -Command { Export-CsConfiguration -FileName 'C:\Restore\Local.zip' -LocalStore | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Restore\Local.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Is there a newer configuration on a surviving server?
if (Test-Step -Id 'cms-local-store.3' -Title 'Copy the export of the set beside it' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    Invoke-Shown -Command { robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso' 'C:\Restore' 'Config.zip' '/COPY:DAT' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
}

# ---- Is there a newer configuration on a surviving server?
if (Test-Step -Id 'cms-local-store.4' -Title 'Compare the replica with the export' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Compare Local.zip and Config.zip (date, servers and pools in the topology, number of policies in DocItemSet.xml). The plan takes backup; if the other one is to be taken, stop here and plan again with the other answer, beginning at cms-local-store.
    # Note: The replica may lack what was changed in the last minutes, and an unhealthy one is older than the backup.
    # Note: Enabling an older topology drops the servers added since that backup.
    Write-Host 'Decide: Compare the replica with the export (as planned)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- End mirroring of the Central Management store's databases
if (Test-Step -Id 'cms-unmirror.1' -Title 'End the mirroring of xds on the primary' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows no object: database_name is xds, the step has had its effect' -Undo 'none; it is mirrored again in cms-databases') {
    # Note: SQL Server neither drops nor creates a database that is mirrored; nothing is sent where it is not.
    Confirm-Harm -Harm 'ends the mirroring of xds, which is about to be re-created' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''xds'')) ALTER DATABASE [xds] SET PARTNER OFF;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show no object: database_name is xds?'
    # To undo: none; it is mirrored again in cms-databases
}

# ---- End mirroring of the Central Management store's databases
if (Test-Step -Id 'cms-unmirror.2' -Title 'End the mirroring of lis on the primary' -RunOn 'sql01.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql01.contoso.com\RTC run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows no object: database_name is lis, the step has had its effect' -Undo 'none; it is mirrored again in cms-databases') {
    Confirm-Harm -Harm 'ends the mirroring of lis, which is about to be re-created' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''lis'')) ALTER DATABASE [lis] SET PARTNER OFF;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show no object: database_name is lis?'
    # To undo: none; it is mirrored again in cms-databases
}

# ---- End mirroring of the Central Management store's databases
if (Test-Step -Id 'cms-unmirror.3' -Title 'End the mirroring of xds on the mirror' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql02.contoso.com\RTC run: sqlcmd ''-S'' ''sql02.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows no object: database_name is xds, the step has had its effect' -Undo 'none; it is mirrored again in cms-databases') {
    Confirm-Harm -Harm 'ends the mirroring of xds, which is about to be re-created' -Name 'sql02.contoso.com'
    Invoke-Shown -Command { sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''xds'')) ALTER DATABASE [xds] SET PARTNER OFF;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show no object: database_name is xds?'
    # To undo: none; it is mirrored again in cms-databases
}

# ---- End mirroring of the Central Management store's databases
if (Test-Step -Id 'cms-unmirror.4' -Title 'End the mirroring of lis on the mirror' -RunOn 'sql02.contoso.com\RTC' -Account 'sql-admin' -Look 'on sql02.contoso.com\RTC run: sqlcmd ''-S'' ''sql02.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;'' | Out-Host; if it shows no object: database_name is lis, the step has had its effect' -Undo 'none; it is mirrored again in cms-databases') {
    Confirm-Harm -Harm 'ends the mirroring of lis, which is about to be re-created' -Name 'sql02.contoso.com'
    Invoke-Shown -Command { sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
IF EXISTS (SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL AND database_id = DB_ID(N''lis'')) ALTER DATABASE [lis] SET PARTNER OFF;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'sql02.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT DB_NAME(database_id) AS database_name, mirroring_role_desc, mirroring_state_desc, mirroring_partner_name, mirroring_witness_name, mirroring_witness_state_desc FROM sys.database_mirroring WHERE mirroring_guid IS NOT NULL ORDER BY database_id;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show no object: database_name is lis?'
    # To undo: none; it is mirrored again in cms-databases
}

# ---- Re-create the Central Management store's databases
if (Test-Step -Id 'cms-create' -Title 'Re-create the Central Management store''s databases' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn ''sql01.contoso.com'' -SqlInstanceName ''RTC'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect' -Undo 'none') {
    # Note: Be sure that the store is lost and that this is the new server, never the surviving mirror.
    # Note: RTCUniversalServerAdmins must not own the databases. On a SQL cluster name the paths with -DatabasePaths.
    Confirm-Check -Question 'Before: no master serves the Central Management store?'
    Write-Host 'On sql01.contoso.com\RTC as sql-admin run: sqlcmd ''-S'' ''sql01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host'
    Confirm-Check -Question 'Before: the SQL Server instance answers: does it show the number of objects is 1?'
    Confirm-Harm -Harm 'deletes xds and lis on sql01.contoso.com\RTC if they are there, and creates them empty' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { Install-CsDatabase -CentralManagementDatabase -Clean -SqlServerFqdn 'sql01.contoso.com' -SqlInstanceName 'RTC' -Verbose -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn 'sql01.contoso.com' -SqlInstanceName 'RTC' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
    # To undo: none
}

# ---- Set the CMS service connection point (SCP)
if (Test-Step -Id 'cms-scp.1' -Title 'Set the SCP to the Central Management store' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsConfigurationStoreLocation | Format-List -Property ''*'' | Out-Host; if it shows at least one object: BackEndServer is sql01.contoso.com\RTC, the step has had its effect' -Undo 'run it again with another location') {
    # Note: Without the mirror at first, because that does not exist yet; it follows in cms-scp-mirror.
    Confirm-Harm -Harm 'changes the service connection point of the whole forest' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { Set-CsConfigurationStoreLocation -SqlServerFqdn 'sql01.contoso.com' -SqlInstanceName 'RTC' -Verbose -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsConfigurationStoreLocation | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: BackEndServer is sql01.contoso.com\RTC?'
    # To undo: run it again with another location
}

# ---- Import the configuration
if (Test-Step -Id 'cms-import.1' -Title 'Create the folders' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path @('C:\Restore', 'C:\Logs') -Force -Confirm:$false | Out-Host }
}

# ---- Import the configuration
if (Test-Step -Id 'cms-import.2' -Title 'Copy the export to the server and check it' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: certutil ''-hashfile'' ''C:\Restore\Config.zip'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains 1b19ee7df3cb9ecbfab9e3ab00e803d17d82d735559ad9653bf78f520bae047e, the step has had its effect') {
    Invoke-Shown -Command { robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso' 'C:\Restore' 'Config.zip' '/COPY:DAT' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\Config.zip' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 1b19ee7df3cb9ecbfab9e3ab00e803d17d82d735559ad9653bf78f520bae047e?'
}

# ---- Import the configuration
if (Test-Step -Id 'cms-import.3' -Title 'Import the configuration' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsPool | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: Fqdn is the host chatpool.contoso.com, dir01.contoso.com, edgepool.contoso.com, medpool.contoso.com, pool01.contoso.com, se02.contoso.com, the step has had its effect' -Undo 'none; import another export') {
    Confirm-Check -Question 'Before: no master serves the Central Management store?'
    Invoke-Shown -Command { Get-CsConfigurationStoreLocation | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the service connection point (SCP) names this store: does it show at least one object: BackEndServer is sql01.contoso.com\RTC?'
    Invoke-Shown -Command { Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn 'sql01.contoso.com' -SqlInstanceName 'RTC' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: its databases exist: does it show every object: Succeed is True?'
    Confirm-Harm -Harm 'replaces topology, policies and settings in the Central Management store' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { Import-CsConfiguration -FileName 'C:\Restore\Config.zip' | Out-Host }
    Invoke-Shown -Command { Get-CsPool | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: Fqdn is the host chatpool.contoso.com, dir01.contoso.com, edgepool.contoso.com, medpool.contoso.com, pool01.contoso.com, se02.contoso.com?'
    # To undo: none; import another export
}

# ---- Enable the topology
if (Test-Step -Id 'cms-enable.1' -Title 'Create the folder for the report' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force -Confirm:$false | Out-Host }
}

# ---- Enable the topology
if (Test-Step -Id 'cms-enable.2' -Title 'Enable the topology' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-Item -LiteralPath ''C:\Logs\Enable_Topology.html'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect' -Undo 'run Enable-CsTopology again; it is harmless to repeat') {
    Invoke-Shown -Command { Get-CsPool -Identity 'pool01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the topology in the store contains the pool: does it show at least one object: Fqdn is the host pool01.contoso.com?'
    Confirm-Harm -Harm 'writes AD objects, ACLs and file share permissions according to the topology' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { Enable-CsTopology -Report 'C:\Logs\Enable_Topology.html' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Logs\Enable_Topology.html' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
    # To undo: run Enable-CsTopology again; it is harmless to repeat
}

# ---- Create the other databases, and the mirror
if (Test-Step -Id 'cms-databases.9' -Title 'Mirror the store''s databases again' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsDatabaseMirrorState -PoolFqdn ''pool01.contoso.com'' -DatabaseType ''CentralMgmt'' | Format-List -Property ''*'' | Out-Host; if it shows every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min), the step has had its effect' -Undo 'Uninstall-CsMirrorDatabase with the database type CentralMgmt') {
    Confirm-Harm -Harm 'deletes xds and lis on sql02.contoso.com if they are there, and mirrors the new ones there' -Name 'sql02.contoso.com'
    Invoke-Shown -Command { Install-CsMirrorDatabase -DatabaseType 'CentralMgmt' -FileShare '\\fs01.contoso.com\MirrorShare' -SqlServerFqdn 'sql01.contoso.com' -SqlInstanceName 'RTC' -DropExistingDatabasesOnMirror -Confirm:$false -Verbose | Out-Host }
    Invoke-Shown -Command { Get-CsDatabaseMirrorState -PoolFqdn 'pool01.contoso.com' -DatabaseType 'CentralMgmt' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: StateOnPrimary is Principal and StateOnMirror is Mirror (within 30 min)?'
    # To undo: Uninstall-CsMirrorDatabase with the database type CentralMgmt
}

# ---- Add the mirror to the CMS service connection point (SCP)
if (Test-Step -Id 'cms-scp-mirror' -Title 'Add the mirror to the CMS service connection point (SCP)' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsConfigurationStoreLocation | Format-List -Property ''*'' | Out-Host; if it shows at least one object: BackEndServer is sql01.contoso.com\RTC, the step has had its effect' -Undo 'run it again with another location') {
    # Note: Look with Get-CsConfigurationStoreLocation whether the mirror is named beside the primary.
    Confirm-Harm -Harm 'changes the service connection point of the whole forest' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { Set-CsConfigurationStoreLocation -SqlServerFqdn 'sql01.contoso.com' -SqlInstanceName 'RTC' -MirrorSqlServerFqdn 'sql02.contoso.com' -MirrorSqlInstanceName 'RTC' -Verbose -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsConfigurationStoreLocation | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: BackEndServer is sql01.contoso.com\RTC?'
    # To undo: run it again with another location
}

# ---- Restore the location information
if (Test-Step -Id 'cms-lis.1' -Title 'Copy the export to the server and check it' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: certutil ''-hashfile'' ''C:\Restore\E911Config.zip'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains b925a53623809e14b437bb9c31039674f629b29c615923c075864c4ea8ac1e29, the step has had its effect') {
    Invoke-Shown -Command { robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso' 'C:\Restore' 'E911Config.zip' '/COPY:DAT' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\E911Config.zip' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains b925a53623809e14b437bb9c31039674f629b29c615923c075864c4ea8ac1e29?'
}

# ---- Restore the location information
if (Test-Step -Id 'cms-lis.2' -Title 'Import the location information' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsLisLocation | Out-Host; if it shows the number of objects is at least 2, the step has had its effect' -Undo 'none') {
    Confirm-Harm -Harm 'records changed since the backup return to the old value; those added later stay' -Name 'sql01.contoso.com'
    Invoke-Shown -Command { Import-CsLisConfiguration -FileName 'C:\Restore\E911Config.zip' | Out-Host }
    Invoke-Shown -Command { Get-CsLisLocation | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 2?'
    # To undo: none
}

# ---- Restore the location information
if (Test-Step -Id 'cms-lis.3' -Title 'Publish the location information' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Publish-CsLisConfiguration -Confirm:$false | Out-Host }
}

# ---- Restore the location information
if (Test-Step -Id 'cms-lis.4' -Title 'List the locations' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsLisLocation | Format-List -Property '*' | Out-Host }
}

# ---- Restart all Front End Servers after the change of the mirror
if (Test-Step -Id 'cms-mirror-restart.1@fe01.contoso.com' -Title 'Stop the Lync services, gracefully: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService -ComputerName ''fe01.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 15 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName fe01.contoso.com') {
    Confirm-Check -Question 'Before: the configuration is replicated?'
    Confirm-Harm -Harm 'interrupts service on fe01.contoso.com; its users move to the other Front End Servers' -Name 'fe01.contoso.com'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName 'fe01.contoso.com' -Graceful -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 15 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe01.contoso.com
}

# ---- Restart all Front End Servers after the change of the mirror
if (Test-Step -Id 'cms-mirror-restart.2@fe01.contoso.com' -Title 'Start the Lync services: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService -ComputerName ''fe01.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName 'fe01.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart all Front End Servers after the change of the mirror
if (Test-Step -Id 'cms-mirror-restart.3@fe01.contoso.com' -Title 'Check that every Front End Server of the pool runs again: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-Service -Name @(''RTCSRV'') -ComputerName @(''fe01.contoso.com'', ''fe02.contoso.com'', ''fe03.contoso.com'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    # Note: The answer is for a person to read: it concerns updates, not this restore. Get-CsPoolFabricState -PoolFqdn pool01.contoso.com prints which routing group lacks replicas; look for the word missing.
    # Note: The next server is restarted only then. A pool with a single Front End Server is restarted outside working hours.
    Invoke-Shown -Command { Get-CsPoolUpgradeReadinessState | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('RTCSRV') -ComputerName @('fe01.contoso.com', 'fe02.contoso.com', 'fe03.contoso.com') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart all Front End Servers after the change of the mirror
if (Test-Step -Id 'cms-mirror-restart.1@fe02.contoso.com' -Title 'Stop the Lync services, gracefully: fe02.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService -ComputerName ''fe02.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 15 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName fe02.contoso.com') {
    Confirm-Check -Question 'Before: the configuration is replicated?'
    Confirm-Harm -Harm 'interrupts service on fe02.contoso.com; its users move to the other Front End Servers' -Name 'fe02.contoso.com'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName 'fe02.contoso.com' -Graceful -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 15 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe02.contoso.com
}

# ---- Restart all Front End Servers after the change of the mirror
if (Test-Step -Id 'cms-mirror-restart.2@fe02.contoso.com' -Title 'Start the Lync services: fe02.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService -ComputerName ''fe02.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName 'fe02.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe02.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart all Front End Servers after the change of the mirror
if (Test-Step -Id 'cms-mirror-restart.3@fe02.contoso.com' -Title 'Check that every Front End Server of the pool runs again: fe02.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-Service -Name @(''RTCSRV'') -ComputerName @(''fe01.contoso.com'', ''fe02.contoso.com'', ''fe03.contoso.com'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    # Note: The answer is for a person to read: it concerns updates, not this restore. Get-CsPoolFabricState -PoolFqdn pool01.contoso.com prints which routing group lacks replicas; look for the word missing.
    # Note: The next server is restarted only then. A pool with a single Front End Server is restarted outside working hours.
    Invoke-Shown -Command { Get-CsPoolUpgradeReadinessState | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('RTCSRV') -ComputerName @('fe01.contoso.com', 'fe02.contoso.com', 'fe03.contoso.com') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart all Front End Servers after the change of the mirror
if (Test-Step -Id 'cms-mirror-restart.1@fe03.contoso.com' -Title 'Stop the Lync services, gracefully: fe03.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService -ComputerName ''fe03.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 15 min), the step has had its effect' -Undo 'Start-CsWindowsService -ComputerName fe03.contoso.com') {
    Confirm-Check -Question 'Before: the configuration is replicated?'
    Confirm-Harm -Harm 'interrupts service on fe03.contoso.com; its users move to the other Front End Servers' -Name 'fe03.contoso.com'
    Invoke-Shown -Command { Stop-CsWindowsService -ComputerName 'fe03.contoso.com' -Graceful -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 15 min)?'
    # To undo: Start-CsWindowsService -ComputerName fe03.contoso.com
}

# ---- Restart all Front End Servers after the change of the mirror
if (Test-Step -Id 'cms-mirror-restart.2@fe03.contoso.com' -Title 'Start the Lync services: fe03.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService -ComputerName ''fe03.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -ComputerName 'fe03.contoso.com' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -ComputerName 'fe03.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restart all Front End Servers after the change of the mirror
if (Test-Step -Id 'cms-mirror-restart.3@fe03.contoso.com' -Title 'Check that every Front End Server of the pool runs again: fe03.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-Service -Name @(''RTCSRV'') -ComputerName @(''fe01.contoso.com'', ''fe02.contoso.com'', ''fe03.contoso.com'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    # Note: The answer is for a person to read: it concerns updates, not this restore. Get-CsPoolFabricState -PoolFqdn pool01.contoso.com prints which routing group lacks replicas; look for the word missing.
    # Note: The next server is restarted only then. A pool with a single Front End Server is restarted outside working hours.
    Invoke-Shown -Command { Get-CsPoolUpgradeReadinessState | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-Service -Name @('RTCSRV') -ComputerName @('fe01.contoso.com', 'fe02.contoso.com', 'fe03.contoso.com') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Check replication everywhere
if (Test-Step -Id 'cms-final.1' -Title 'Check that the master and the file transfer agents are active' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property ''*'' | Out-Host; if it shows every object: ActiveMasterFqdn is not empty and ActiveFileTransferAgents is not empty (within 15 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ActiveMasterFqdn is not empty and ActiveFileTransferAgents is not empty (within 15 min)?'
}

# ---- Check replication everywhere
if (Test-Step -Id 'cms-final.2' -Title 'Check that replication works, and list every replica' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsManagementStoreReplicationStatus -ReplicaFqdn ''fe01.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: UpToDate is True (within 30 min), the step has had its effect') {
    # Note: A server that is still down stays at UpToDate False until it is restored; every other one follows within minutes.
    # Note: Force it with Invoke-CsManagementStoreReplication; the services of the store must run.
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 30 min)?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'cms-accept.1.1' -Title 'Try it: a test user signs in' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The passwords of CONTOSO\support01 and CONTOSO\support02 are asked once and kept in memory only.
    # Note: Each of these tests may be left out with a reason; the report shows result and latency.
    Invoke-Shown -Command { Test-CsRegistration -TargetFqdn 'pool01.contoso.com' -UserSipAddress 'sip:support01@contoso.com' -UserCredential (Get-Credential 'CONTOSO\support01') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'cms-accept.1.2' -Title 'Try it: an instant message between two test users' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsIM -TargetFqdn 'pool01.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'cms-accept.1.3' -Title 'Try it: one test user sees the presence of the other' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPresence -TargetFqdn 'pool01.contoso.com' -PublisherSipAddress 'sip:support01@contoso.com' -PublisherCredential (Get-Credential 'CONTOSO\support01') -SubscriberSipAddress 'sip:support02@contoso.com' -SubscriberCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'cms-accept.1.4' -Title 'Try it: a conference of two test users with messages' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsGroupIM -TargetFqdn 'pool01.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'cms-accept.1.5' -Title 'Try it: a test user reaches the Address Book' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsAddressBookService -TargetFqdn 'pool01.contoso.com' -UserSipAddress 'sip:support01@contoso.com' -UserCredential (Get-Credential 'CONTOSO\support01') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'cms-accept.1.6' -Title 'Try it: a message in a chat room' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPersistentChatMessage -TargetFqdn 'pool01.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# Left out: Prepare: user store lost was not chosen; both sides of the mirrored Central Management store are lost
# Left out: Prepare both sides: user store lost was not chosen
# Left out: Bring the surviving mirror into service: the plan begins at cms-local-store
# Left out: Bring the surviving mirror into service in SQL Server: the plan begins at cms-local-store
# Left out: Export current data from the surviving mirror: the plan begins at cms-local-store
# Left out: Back up the databases of the surviving mirror: the plan begins at cms-local-store
# Left out: Are the exports and backups usable?: the plan begins at cms-local-store
# Left out: New Windows installation with the same FQDN: the plan begins at cms-local-store
# Left out: New Windows installation of the Back End Server with the same FQDN: the plan begins at cms-local-store
# Left out: New Windows installation of the Back End Servers of both sides: the plan begins at cms-local-store
# Left out: Put back saved registry values: the plan begins at cms-local-store
# Left out: Restore the file store: the plan begins at cms-local-store
# Left out: Prepare first Standard Edition server: the plan begins at cms-local-store
# Left out: Install SQL Server: the plan begins at cms-local-store
# Left out: Install SQL Server on both sides: the plan begins at cms-local-store
# Left out: Open the management shell: the plan begins at cms-local-store
# Left out: Use the replica for the import: configuration survivor was not chosen
# Left out: Set the SCP to the Central Management store and its mirror: the mirror does not exist yet, or there is none
# Left out: Import the configuration of the surviving server: configuration survivor was not chosen
# Left out: Restore xds and lis from the rescued backups: there is no mirror of the CMS to be rescued; the configuration comes from an export
# Left out: Stop the pool before its databases are created empty: user store lost was not chosen
# Left out: Check that this computer has the cumulative update (CU) version of the other servers: user store lost was not chosen
# Left out: End mirroring of the database: user store lost was not chosen; there is no mirror of the CMS to be rescued
# Left out: Bring the database online: user store lost was not chosen; there is no mirror of the CMS to be rescued
# Left out: Create the databases: user store lost was not chosen
# Left out: Create the mirror on the new server, except databases that are restored first: user store lost was not chosen; no database of this Back End is restored from a SQL backup
# Left out: Create the mirror on the new server: user store lost was not chosen
# Left out: Re-create the mirror on the surviving server, except databases that are restored first: user store lost was not chosen; there is no mirror of the CMS to be rescued; no database of this Back End is restored from a SQL backup
# Left out: Re-create the mirror on the surviving server: user store lost was not chosen; there is no mirror of the CMS to be rescued
# Left out: Lync Server Deployment Wizard: no Standard Edition server; user store lost was not chosen
# Left out: Restore user data: no Standard Edition server; user store lost was not chosen
# Left out: Restore the pool's user data: user store lost was not chosen
# Left out: Restore Response Group: user store lost was not chosen
# Left out: Restore Archiving and Monitoring data: the server and its other data are intact; no archiving or monitoring data on the Back End Server
# Left out: Restore Persistent Chat: the server and its other data are intact; the Persistent Chat database is elsewhere
# Left out: Mirror the archiving and monitoring databases again: user store lost was not chosen; no database of this Back End is restored from a SQL backup
# Left out: Restart all Front End Servers: user store lost was not chosen; no database of this Back End is restored from a SQL backup
# Left out: Kerberos account password: no Standard Edition server; user store lost was not chosen; no Kerberos account
# Left out: Try it without recorded test accounts: two test accounts of the pool that is tried are recorded
# Left out: Bring the users home: not paired; failed over yes was not chosen
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
