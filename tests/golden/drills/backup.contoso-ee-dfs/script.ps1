# Back up the deployment (backup)
# Target: contoso. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:a7f01e25bf27233c1f970f6b784f08cb7b2baab8fbc2d72062c57995e3437389
# After: Backing up Lync Server 2013
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

function New-SetFile([string] $Path) {
    if (Test-Path -LiteralPath $Path) { throw ('{0} is there already: a backup goes into a new set.' -f $Path) }
    [void] (New-Item -ItemType 'Directory' -Force -Path (Split-Path -Parent $Path))
}

function Save-Byte([string] $Path, [object[]] $Data) {
    $bytes = [byte[]] @($Data | ForEach-Object -Process { $_ })
    if ($bytes.Length -eq 0) { throw ('Nothing came back for {0}.' -f $Path) }
    New-SetFile -Path $Path
    [System.IO.File]::WriteAllBytes($Path, $bytes)
    Write-Host ('{0}: {1} bytes' -f $Path, $bytes.Length)
}

function Save-Text([string] $Path, [object[]] $Data) {
    New-SetFile -Path $Path
    $text = $Data | Format-List -Property '*' | Out-String -Width 4096
    [System.IO.File]::WriteAllText($Path, $text, (New-Object -TypeName 'System.Text.UTF8Encoding' -ArgumentList $false))
    Write-Host ('{0}: {1} characters' -f $Path, $text.Length)
}

$script:Plan = 'sha256:a7f01e25bf27233c1f970f6b784f08cb7b2baab8fbc2d72062c57995e3437389'
$script:Steps = @(
    'backup-core/bk-new-share@pool01.contoso.com',
    'backup-core/bk-new-share@se02.contoso.com',
    'backup-core/bk-xds',
    'backup-core/bk-lis',
    'backup-core/bk-userdata@pool01.contoso.com',
    'backup-core/bk-userdata@se02.contoso.com',
    'backup-core/bk-userdata-copy@pool01.contoso.com',
    'backup-core/bk-userdata-copy@se02.contoso.com',
    'backup-core/bk-rgs@pool01.contoso.com',
    'backup-core/bk-rgs-copy@pool01.contoso.com',
    'backup-archmon/bk-sql-archmon.1@LcsLog',
    'backup-archmon/bk-sql-archmon.1@LcsCDR',
    'backup-archmon/bk-sql-archmon.1@QoEMetrics',
    'backup-archmon/bk-sql-archmon.2@LcsLog',
    'backup-archmon/bk-sql-archmon.2@LcsCDR',
    'backup-archmon/bk-sql-archmon.2@QoEMetrics',
    'backup-archmon/bk-sql-archmon.3@LcsLog',
    'backup-archmon/bk-sql-archmon.3@LcsCDR',
    'backup-archmon/bk-sql-archmon.3@QoEMetrics',
    'backup-pchat/bk-pchat-sql.1@mgc',
    'backup-pchat/bk-pchat-sql.2@mgc',
    'backup-pchat/bk-pchat-sql.3@mgc',
    'backup-filestore/bk-fs-find',
    'backup-filestore/bk-fs-copy.1@se02.contoso.com',
    'backup-filestore/bk-fs-copy.2@chatpool.contoso.com',
    'backup-filestore/bk-fs-copy.2@dir01.contoso.com',
    'backup-apart/bk-rgs-settings@pool01.contoso.com',
    'backup-apart/bk-schannel@chat01.contoso.com',
    'backup-apart/bk-schannel@chat02.contoso.com',
    'backup-apart/bk-schannel@dir01.contoso.com',
    'backup-apart/bk-schannel@fe01.contoso.com',
    'backup-apart/bk-schannel@fe02.contoso.com',
    'backup-apart/bk-schannel@fe03.contoso.com',
    'backup-apart/bk-schannel@se02.contoso.com',
    'backup-apart/bk-schannel@med01.contoso.com',
    'backup-apart/bk-schannel-edge@edge01.contoso.com',
    'backup-apart/bk-schannel-edge@edge02.contoso.com',
    'backup-apart/bk-dfs-loopback@chat01.contoso.com',
    'backup-apart/bk-dfs-loopback@chat02.contoso.com',
    'backup-apart/bk-dfs-loopback@fe01.contoso.com',
    'backup-apart/bk-dfs-loopback@fe02.contoso.com',
    'backup-apart/bk-dfs-loopback@fe03.contoso.com'
)

try {
Open-Record

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-new-share@pool01.contoso.com' -Title 'Create the folders for this run: pool01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The folder of the set on the backup share is made by the wizard, new for every run.
    # Note: The local folders are new too, so that no export finds an older file of the same name; they are removed when the set is complete.
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path @('C:\Backup\2026-11-22T013000Z_contoso\UserData', 'C:\Backup\2026-11-22T013000Z_contoso\Rgs', 'C:\Backup\2026-11-22T013000Z_contoso\PersistentChat') -Force -Confirm:$false | Out-Host }
}

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-new-share@se02.contoso.com' -Title 'Create the folders for this run: se02.contoso.com' -RunOn 'se02.contoso.com' -Account 'lync-admin') {
    # Note: The folder of the set on the backup share is made by the wizard, new for every run.
    # Note: The local folders are new too, so that no export finds an older file of the same name; they are removed when the set is complete.
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path @('C:\Backup\2026-11-22T013000Z_contoso\UserData', 'C:\Backup\2026-11-22T013000Z_contoso\Rgs', 'C:\Backup\2026-11-22T013000Z_contoso\PersistentChat') -Force -Confirm:$false | Out-Host }
}

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-xds' -Title 'Export the Central Management store' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Writes topology, policies and settings; the settings of Archiving and Monitoring are among them.
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Invoke-Shown -Command { Save-Byte -Path '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Config.zip' -Data @(Export-CsConfiguration -AsBytes) }
}

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-lis' -Title 'Export the location information' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Save-Byte -Path '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\E911Config.zip' -Data @(Export-CsLisConfiguration -AsBytes) }
}

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-userdata@pool01.contoso.com' -Title 'Export the user data: pool01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-Item -LiteralPath ''C:\Backup\2026-11-22T013000Z_contoso\UserData\pool01.contoso.com.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    # Note: A URN that contains \ or / makes the cmdlet stop at that point; any error makes the backup fail.
    Invoke-Shown -Command { Export-CsUserData -PoolFqdn 'pool01.contoso.com' -FileName 'C:\Backup\2026-11-22T013000Z_contoso\UserData\pool01.contoso.com.zip' | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Backup\2026-11-22T013000Z_contoso\UserData\pool01.contoso.com.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-userdata@se02.contoso.com' -Title 'Export the user data: se02.contoso.com' -RunOn 'se02.contoso.com' -Account 'lync-admin' -Look 'on se02.contoso.com run: Get-Item -LiteralPath ''C:\Backup\2026-11-22T013000Z_contoso\UserData\se02.contoso.com.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    # Note: A URN that contains \ or / makes the cmdlet stop at that point; any error makes the backup fail.
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Invoke-Shown -Command { Export-CsUserData -PoolFqdn 'se02.contoso.com' -FileName 'C:\Backup\2026-11-22T013000Z_contoso\UserData\se02.contoso.com.zip' | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Backup\2026-11-22T013000Z_contoso\UserData\se02.contoso.com.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-userdata-copy@pool01.contoso.com' -Title 'Copy the user data into the set: pool01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    Invoke-Shown -Command { robocopy 'C:\Backup\2026-11-22T013000Z_contoso\UserData' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\UserData' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
}

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-userdata-copy@se02.contoso.com' -Title 'Copy the user data into the set: se02.contoso.com' -RunOn 'se02.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    Invoke-Shown -Command { robocopy 'C:\Backup\2026-11-22T013000Z_contoso\UserData' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\UserData' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
}

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-rgs@pool01.contoso.com' -Title 'Export the Response Group configuration: pool01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-Item -LiteralPath ''C:\Backup\2026-11-22T013000Z_contoso\Rgs\pool01.contoso.com.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    # Note: The command refuses to overwrite a file; the folder is new for every run.
    Invoke-Shown -Command { Export-CsRgsConfiguration -Source 'service:ApplicationServer:pool01.contoso.com' -FileName 'C:\Backup\2026-11-22T013000Z_contoso\Rgs\pool01.contoso.com.zip' | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Backup\2026-11-22T013000Z_contoso\Rgs\pool01.contoso.com.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Back up core data and settings
if (Test-Step -Id 'backup-core/bk-rgs-copy@pool01.contoso.com' -Title 'Copy the Response Groups into the set: pool01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { robocopy 'C:\Backup\2026-11-22T013000Z_contoso\Rgs' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Rgs' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
}

# ---- Back up Archiving and Monitoring data
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.1@LcsLog' -Title 'Create the folder in the set: LcsLog' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Settings of Archiving and Monitoring are in the export of the configuration already.
    # Note: What Exchange archives must be backed up with Exchange.
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC' -Force -Confirm:$false | Out-Host }
}

# ---- Back up Archiving and Monitoring data
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.1@LcsCDR' -Title 'Create the folder in the set: LcsCDR' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Settings of Archiving and Monitoring are in the export of the configuration already.
    # Note: What Exchange archives must be backed up with Exchange.
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC' -Force -Confirm:$false | Out-Host }
}

# ---- Back up Archiving and Monitoring data
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.1@QoEMetrics' -Title 'Create the folder in the set: QoEMetrics' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Settings of Archiving and Monitoring are in the export of the configuration already.
    # Note: What Exchange archives must be backed up with Exchange.
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC' -Force -Confirm:$false | Out-Host }
}

# ---- Back up Archiving and Monitoring data
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.2@LcsLog' -Title 'Back up the database: LcsLog' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin' -Look 'on mon01.contoso.com\LYNC run: sqlcmd ''-S'' ''mon01.contoso.com\LYNC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''''LcsLog'''' AND f.physical_device_name = N''''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\LcsLog.bak'''' ORDER BY s.backup_set_id DESC;'' | Out-Host; if it shows every object: BackupId is above what it was just before this step, the step has had its effect') {
    # Note: The file must be new; the SQL service account (or the computer account of its server) needs write permission on the share.
    # Note: COPY_ONLY does not change the base of the database administrator's differential backups.
    # Note: The Backup Service of paired pools does not replicate these databases.
    Invoke-Shown -Command { sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'BACKUP DATABASE [LcsLog] TO DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\LcsLog.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''LcsLog'' AND f.physical_device_name = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\LcsLog.bak'' ORDER BY s.backup_set_id DESC;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: BackupId is above what it was just before this step?'
}

# ---- Back up Archiving and Monitoring data
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.2@LcsCDR' -Title 'Back up the database: LcsCDR' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin' -Look 'on mon01.contoso.com\LYNC run: sqlcmd ''-S'' ''mon01.contoso.com\LYNC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''''LcsCDR'''' AND f.physical_device_name = N''''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\LcsCDR.bak'''' ORDER BY s.backup_set_id DESC;'' | Out-Host; if it shows every object: BackupId is above what it was just before this step, the step has had its effect') {
    # Note: The file must be new; the SQL service account (or the computer account of its server) needs write permission on the share.
    # Note: COPY_ONLY does not change the base of the database administrator's differential backups.
    # Note: The Backup Service of paired pools does not replicate these databases.
    Invoke-Shown -Command { sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'BACKUP DATABASE [LcsCDR] TO DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\LcsCDR.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''LcsCDR'' AND f.physical_device_name = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\LcsCDR.bak'' ORDER BY s.backup_set_id DESC;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: BackupId is above what it was just before this step?'
}

# ---- Back up Archiving and Monitoring data
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.2@QoEMetrics' -Title 'Back up the database: QoEMetrics' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin' -Look 'on mon01.contoso.com\LYNC run: sqlcmd ''-S'' ''mon01.contoso.com\LYNC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''''QoEMetrics'''' AND f.physical_device_name = N''''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\QoEMetrics.bak'''' ORDER BY s.backup_set_id DESC;'' | Out-Host; if it shows every object: BackupId is above what it was just before this step, the step has had its effect') {
    # Note: The file must be new; the SQL service account (or the computer account of its server) needs write permission on the share.
    # Note: COPY_ONLY does not change the base of the database administrator's differential backups.
    # Note: The Backup Service of paired pools does not replicate these databases.
    Invoke-Shown -Command { sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'BACKUP DATABASE [QoEMetrics] TO DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\QoEMetrics.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''QoEMetrics'' AND f.physical_device_name = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\QoEMetrics.bak'' ORDER BY s.backup_set_id DESC;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: BackupId is above what it was just before this step?'
}

# ---- Back up Archiving and Monitoring data
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.3@LcsLog' -Title 'Verify the backup (RESTORE VERIFYONLY): LcsLog' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin') {
    Invoke-Shown -Command { sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\LcsLog.bak'' WITH CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Back up Archiving and Monitoring data
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.3@LcsCDR' -Title 'Verify the backup (RESTORE VERIFYONLY): LcsCDR' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin') {
    Invoke-Shown -Command { sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\LcsCDR.bak'' WITH CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Back up Archiving and Monitoring data
if (Test-Step -Id 'backup-archmon/bk-sql-archmon.3@QoEMetrics' -Title 'Verify the backup (RESTORE VERIFYONLY): QoEMetrics' -RunOn 'mon01.contoso.com\LYNC' -Account 'sql-admin') {
    Invoke-Shown -Command { sqlcmd '-S' 'mon01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\mon01.contoso.com_LYNC\QoEMetrics.bak'' WITH CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Back up Persistent Chat
if (Test-Step -Id 'backup-pchat/bk-pchat-sql.1@mgc' -Title 'Create the folder in the set: mgc' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\chatsql01.contoso.com_LYNC' -Force -Confirm:$false | Out-Host }
}

# ---- Back up Persistent Chat
if (Test-Step -Id 'backup-pchat/bk-pchat-sql.2@mgc' -Title 'Back up the database: mgc' -RunOn 'chatsql01.contoso.com\LYNC' -Account 'sql-admin' -Look 'on chatsql01.contoso.com\LYNC run: sqlcmd ''-S'' ''chatsql01.contoso.com\LYNC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''''mgc'''' AND f.physical_device_name = N''''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\chatsql01.contoso.com_LYNC\mgc.bak'''' ORDER BY s.backup_set_id DESC;'' | Out-Host; if it shows every object: BackupId is above what it was just before this step, the step has had its effect') {
    # Note: A SQL backup needs much more room than the export, possibly twenty times as much.
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'BACKUP DATABASE [mgc] TO DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\chatsql01.contoso.com_LYNC\mgc.bak'' WITH COPY_ONLY, CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) s.backup_set_id AS BackupId, f.physical_device_name AS BackedUpTo, s.backup_finish_date AS BackupFinishDate FROM msdb.dbo.backupset AS s LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE s.database_name = N''mgc'' AND f.physical_device_name = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\chatsql01.contoso.com_LYNC\mgc.bak'' ORDER BY s.backup_set_id DESC;' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: BackupId is above what it was just before this step?'
}

# ---- Back up Persistent Chat
if (Test-Step -Id 'backup-pchat/bk-pchat-sql.3@mgc' -Title 'Verify the backup (RESTORE VERIFYONLY): mgc' -RunOn 'chatsql01.contoso.com\LYNC' -Account 'sql-admin') {
    Invoke-Shown -Command { sqlcmd '-S' 'chatsql01.contoso.com\LYNC' '-E' '-b' '-x' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\chatsql01.contoso.com_LYNC\mgc.bak'' WITH CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Back up the file stores
if (Test-Step -Id 'backup-filestore/bk-fs-find' -Title 'Find the file stores' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Compare what is listed with the row "Lync Server File Store" of the worksheets.
    Invoke-Shown -Command { Save-Text -Path '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\file-stores.txt' -Data @(Get-CsService -FileStore) }
}

# ---- Back up the file stores
if (Test-Step -Id 'backup-filestore/bk-fs-copy.1@se02.contoso.com' -Title 'Copy the file store that lies on the server itself: se02.contoso.com' -RunOn 'se02.contoso.com' -Account 'lync-admin') {
    # Note: Meeting.Active is never copied; a running meeting keeps it open and locked.
    # Note: The restore needs exactly the same path and share name.
    Invoke-Shown -Command { robocopy 'C:\LyncShare' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\FileStore\se02.contoso.com_LyncShare' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' '/XF' 'Meeting.Active' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
}

# ---- Back up the file stores
if (Test-Step -Id 'backup-filestore/bk-fs-copy.2@chatpool.contoso.com' -Title 'Copy the file store from its file server: chatpool.contoso.com' -RunOn 'chat01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    Invoke-Shown -Command { robocopy '\\contoso.com\lync\share' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\FileStore\contoso.com_lync' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' '/XF' 'Meeting.Active' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
}

# ---- Back up the file stores
if (Test-Step -Id 'backup-filestore/bk-fs-copy.2@dir01.contoso.com' -Title 'Copy the file store from its file server: dir01.contoso.com' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    Invoke-Shown -Command { robocopy '\\fs01.contoso.com\DirShare' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\FileStore\fs01.contoso.com_DirShare' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' '/XF' 'Meeting.Active' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
}

# ---- Save what no export contains
if (Test-Step -Id 'backup-apart/bk-rgs-settings@pool01.contoso.com' -Title 'Record the Response Group application settings: pool01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: An import restores them only with -ReplaceExistingRgsSettings.
    Invoke-Shown -Command { Save-Text -Path '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\response-group_pool01.contoso.com.txt' -Data @(Get-CsRgsConfiguration -Identity 'service:ApplicationServer:pool01.contoso.com') }
}

# ---- Save what no export contains
if (Test-Step -Id 'backup-apart/bk-schannel@chat01.contoso.com' -Title 'Save the Schannel values of the registry: chat01.contoso.com' -RunOn 'chat01.contoso.com' -Account 'lync-admin') {
    # Note: A new installation of Windows has none of the values that were set manually or by policy.
    Invoke-Shown -Command { reg 'export' 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\Schannel\chat01.contoso.com.reg' }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Save what no export contains
if (Test-Step -Id 'backup-apart/bk-schannel@chat02.contoso.com' -Title 'Save the Schannel values of the registry: chat02.contoso.com' -RunOn 'chat02.contoso.com' -Account 'lync-admin') {
    # Note: A new installation of Windows has none of the values that were set manually or by policy.
    Invoke-Shown -Command { reg 'export' 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\Schannel\chat02.contoso.com.reg' }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Save what no export contains
if (Test-Step -Id 'backup-apart/bk-schannel@dir01.contoso.com' -Title 'Save the Schannel values of the registry: dir01.contoso.com' -RunOn 'dir01.contoso.com' -Account 'lync-admin') {
    # Note: A new installation of Windows has none of the values that were set manually or by policy.
    Invoke-Shown -Command { reg 'export' 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\Schannel\dir01.contoso.com.reg' }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Save what no export contains
if (Test-Step -Id 'backup-apart/bk-schannel@fe01.contoso.com' -Title 'Save the Schannel values of the registry: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: A new installation of Windows has none of the values that were set manually or by policy.
    Invoke-Shown -Command { reg 'export' 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\Schannel\fe01.contoso.com.reg' }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Save what no export contains
if (Test-Step -Id 'backup-apart/bk-schannel@fe02.contoso.com' -Title 'Save the Schannel values of the registry: fe02.contoso.com' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    # Note: A new installation of Windows has none of the values that were set manually or by policy.
    Invoke-Shown -Command { reg 'export' 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\Schannel\fe02.contoso.com.reg' }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Save what no export contains
if (Test-Step -Id 'backup-apart/bk-schannel@fe03.contoso.com' -Title 'Save the Schannel values of the registry: fe03.contoso.com' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    # Note: A new installation of Windows has none of the values that were set manually or by policy.
    Invoke-Shown -Command { reg 'export' 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\Schannel\fe03.contoso.com.reg' }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Save what no export contains
if (Test-Step -Id 'backup-apart/bk-schannel@se02.contoso.com' -Title 'Save the Schannel values of the registry: se02.contoso.com' -RunOn 'se02.contoso.com' -Account 'lync-admin') {
    # Note: A new installation of Windows has none of the values that were set manually or by policy.
    Invoke-Shown -Command { reg 'export' 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\Schannel\se02.contoso.com.reg' }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Save what no export contains
if (Test-Step -Id 'backup-apart/bk-schannel@med01.contoso.com' -Title 'Save the Schannel values of the registry: med01.contoso.com' -RunOn 'med01.contoso.com' -Account 'lync-admin') {
    # Note: A new installation of Windows has none of the values that were set manually or by policy.
    Invoke-Shown -Command { reg 'export' 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\Schannel\med01.contoso.com.reg' }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Save what no export contains
if (Test-Step -Id 'backup-apart/bk-schannel-edge@edge01.contoso.com' -Title 'Save the Schannel values of the Edge Servers: edge01.contoso.com' -RunOn 'edge01.contoso.com' -Account 'edge-admin') {
    # Note: An Edge Server is in no domain; it is asked as the local administrator that connections.yaml names for it.
    # Note: From an exported script it may not reach the backup share; save the file on its own disk then, and carry it over.
    Invoke-Shown -Command { reg 'export' 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\Schannel\edge01.contoso.com.reg' }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Save what no export contains
if (Test-Step -Id 'backup-apart/bk-schannel-edge@edge02.contoso.com' -Title 'Save the Schannel values of the Edge Servers: edge02.contoso.com' -RunOn 'edge02.contoso.com' -Account 'edge-admin') {
    # Note: An Edge Server is in no domain; it is asked as the local administrator that connections.yaml names for it.
    # Note: From an exported script it may not reach the backup share; save the file on its own disk then, and carry it over.
    Invoke-Shown -Command { reg 'export' 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\Schannel\edge02.contoso.com.reg' }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Save what no export contains
if (Test-Step -Id 'backup-apart/bk-dfs-loopback@chat01.contoso.com' -Title 'Save EnableDfsLoopbackTargets: chat01.contoso.com' -RunOn 'chat01.contoso.com' -Account 'lync-admin') {
    # Note: Exit code 1 means that the key is not there; nothing is saved then.
    Invoke-Shown -Command { reg 'export' 'HKLM\SYSTEM\CurrentControlSet\Services\Mup\Parameters' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\DfsLoopback\chat01.contoso.com.reg' }
    Assert-ExitCode -Low 0 -High 1
}

# ---- Save what no export contains
if (Test-Step -Id 'backup-apart/bk-dfs-loopback@chat02.contoso.com' -Title 'Save EnableDfsLoopbackTargets: chat02.contoso.com' -RunOn 'chat02.contoso.com' -Account 'lync-admin') {
    # Note: Exit code 1 means that the key is not there; nothing is saved then.
    Invoke-Shown -Command { reg 'export' 'HKLM\SYSTEM\CurrentControlSet\Services\Mup\Parameters' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\DfsLoopback\chat02.contoso.com.reg' }
    Assert-ExitCode -Low 0 -High 1
}

# ---- Save what no export contains
if (Test-Step -Id 'backup-apart/bk-dfs-loopback@fe01.contoso.com' -Title 'Save EnableDfsLoopbackTargets: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Exit code 1 means that the key is not there; nothing is saved then.
    Invoke-Shown -Command { reg 'export' 'HKLM\SYSTEM\CurrentControlSet\Services\Mup\Parameters' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\DfsLoopback\fe01.contoso.com.reg' }
    Assert-ExitCode -Low 0 -High 1
}

# ---- Save what no export contains
if (Test-Step -Id 'backup-apart/bk-dfs-loopback@fe02.contoso.com' -Title 'Save EnableDfsLoopbackTargets: fe02.contoso.com' -RunOn 'fe02.contoso.com' -Account 'lync-admin') {
    # Note: Exit code 1 means that the key is not there; nothing is saved then.
    Invoke-Shown -Command { reg 'export' 'HKLM\SYSTEM\CurrentControlSet\Services\Mup\Parameters' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\DfsLoopback\fe02.contoso.com.reg' }
    Assert-ExitCode -Low 0 -High 1
}

# ---- Save what no export contains
if (Test-Step -Id 'backup-apart/bk-dfs-loopback@fe03.contoso.com' -Title 'Save EnableDfsLoopbackTargets: fe03.contoso.com' -RunOn 'fe03.contoso.com' -Account 'lync-admin') {
    # Note: Exit code 1 means that the key is not there; nothing is saved then.
    Invoke-Shown -Command { reg 'export' 'HKLM\SYSTEM\CurrentControlSet\Services\Mup\Parameters' '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\DfsLoopback\fe03.contoso.com.reg' }
    Assert-ExitCode -Low 0 -High 1
}

# Left out: Export the Persistent Chat data: chatpool.contoso.com: pchat way export was not chosen
# Left out: Copy the file store that lies on the server itself: chatpool.contoso.com: the file store is elsewhere
# Left out: Copy the file store that lies on the server itself: dir01.contoso.com: the file store is elsewhere
# Left out: Copy the file store from its file server: se02.contoso.com: the file store lies on a server of the pool
# Left out: Copy the music on hold of Call Park: pool01.contoso.com: not deployed
# Left out: Copy the music on hold of Call Park: se02.contoso.com: not deployed
# Left out: Record the Call Park settings: pool01.contoso.com: not deployed
# Left out: Record the Call Park settings: se02.contoso.com: not deployed
# Left out: Copy the audio of announcements: pool01.contoso.com: not in use
# Left out: Copy the audio of announcements: se02.contoso.com: not in use
# Left out: Announcements: pool01.contoso.com: not in use
# Left out: Announcements: se02.contoso.com: not in use
# Left out: Unassigned numbers: pool01.contoso.com: not in use
# Left out: Unassigned numbers: se02.contoso.com: not in use
# Left out: Save EnableDfsLoopbackTargets: dir01.contoso.com: the file store is no DFS folder
# Left out: Save EnableDfsLoopbackTargets: se02.contoso.com: the file store is no DFS folder
# Left out: Save EnableDfsLoopbackTargets: med01.contoso.com: the file store is no DFS folder
Write-Host 'Afterwards: Back up Active Directory, the certification authority and everything else that the additional requirements name, in the same window.'
Write-Host 'Afterwards: Verify the set with `lync-wizard backup verify`.'
Complete-Record
} catch {
    Show-Failure -Failure $_
    $script:Ended = $true
    exit 1
} finally {
    Close-Record
}
exit 0
