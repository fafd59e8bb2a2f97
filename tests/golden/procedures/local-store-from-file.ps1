# Local configuration store, from a file (local-store-from-file)
# After: Exporting the topology for Edge installation in Lync Server 2013
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

$script:Plan = 'local-store-from-file'
$script:Steps = @(
    ''
)

# Replace each of these everywhere in this file (editor, Replace All); double any apostrophe.
$values = @(
    '<GoodServerFqdn>',
    '<Run:local-folder>',
    '<ServerName>',
    '<EdgeConfigFolder>',
    '<ServerFqdn>'
)
if ($values -match '^<.*>$') {
    throw ('Fill in first: {0}' -f (($values -match '^<.*>$') -join ', '))
}

try {
Open-Record

# ---- Create the folder for the configuration
if (Test-Step -Id '' -Title 'Create the folder for the configuration' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path '<Run:local-folder>\Edge\<ServerName>' -Force -Confirm:$false | Out-Host }
}

# ---- Export the configuration on an internal computer
if (Test-Step -Id '' -Title 'Export the configuration on an internal computer' -RunOn '<GoodServerFqdn>' -Account 'lync-admin' -Look 'on <GoodServerFqdn> run: Get-Item -LiteralPath ''<Run:local-folder>\Edge\<ServerName>\EdgeConfig.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    Invoke-Shown -Command { Export-CsConfiguration -FileName '<Run:local-folder>\Edge\<ServerName>\EdgeConfig.zip' -Force | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath '<Run:local-folder>\Edge\<ServerName>\EdgeConfig.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Copy the file to the transfer folder
if (Test-Step -Id '' -Title 'Copy the file to the transfer folder' -RunOn '<GoodServerFqdn>' -Account 'lync-admin') {
    Invoke-Shown -Command { robocopy '<Run:local-folder>\Edge\<ServerName>' '<EdgeConfigFolder>' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
}

# ---- Copy the file to the Edge Server
if (Test-Step -Id '' -Title 'Copy the file to the Edge Server' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-Item -LiteralPath ''<Run:local-folder>\Edge\EdgeConfig.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Length is the Length that the step reads first, the step has had its effect') {
    Write-Host 'On <GoodServerFqdn> run: Get-Item -LiteralPath ''<Run:local-folder>\Edge\<ServerName>\EdgeConfig.zip'' | Format-List -Property ''*'' | Out-Host'
    $Read_Length = Read-Value -Question 'Length (from <GoodServerFqdn>)'
    Invoke-Shown -Command { robocopy '<EdgeConfigFolder>' '<Run:local-folder>\Edge' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { Get-Item -LiteralPath '<Run:local-folder>\Edge\EdgeConfig.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Length is <Read:Length>?'.Replace('<Read:Length>', ($Read_Length -join ', ')))
}

# ---- Step 1: Install Local Configuration Store
# Only if roles gui
if (Test-Step -Id '' -Title 'Step 1: Install Local Configuration Store' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsTopology -LocalStore | Out-Host; if it shows the number of objects is at least 1, the step has had its effect') {
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the server has exactly the name in the topology: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
    Write-Host 'On <ServerFqdn>, in the Deployment Wizard: Install or Update Lync Server System, Step 1: Install Local Configuration Store, Run, Import from a file (Recommended for Edge Servers), choose <Run:local-folder>\Edge\EdgeConfig.zip, Next, Finish. Look for the green check mark.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsTopology -LocalStore | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Install the local instance RTCLOCAL
# Only if roles cmdlets
if (Test-Step -Id '' -Title 'Install the local instance RTCLOCAL' -RunOn '<ServerFqdn>' -Account 'lync-admin') {
    # Note: The Lync media has to be in one of the drives D to H, as a disc or a mounted image.
    # Note: The documentation gives this command for watcher nodes; it installs the core components and RTCLOCAL without the Deployment Wizard.
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the server has exactly the name in the topology: does it show every object: Hostname is <ServerName> and Domain is <ServerSuffix>?'
    Invoke-Shown -Command { Get-ChildItem -Path @('D:\setup\amd64\Setup.exe', 'E:\setup\amd64\Setup.exe', 'F:\setup\amd64\Setup.exe', 'G:\setup\amd64\Setup.exe', 'H:\setup\amd64\Setup.exe') -ErrorAction 'SilentlyContinue' | Select-Object -First 1 | Format-List -Property '*' | Out-Host }
    $Read_Setup = Read-Value -Question 'FullName (from <ServerFqdn>)'
    Invoke-Shown -Command { & $Read_Setup '/BootstrapLocalMgmt' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Import the configuration into the local configuration store
# Only if roles cmdlets
if (Test-Step -Id '' -Title 'Import the configuration into the local configuration store' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsTopology -LocalStore | Out-Host; if it shows the number of objects is at least 1, the step has had its effect') {
    Invoke-Shown -Command { Import-CsConfiguration -FileName '<Run:local-folder>\Edge\EdgeConfig.zip' -LocalStore | Out-Host }
    Invoke-Shown -Command { Get-CsTopology -LocalStore | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Enable the replica
# Only if roles cmdlets
if (Test-Step -Id '' -Title 'Enable the replica' -RunOn '<ServerFqdn>' -Account 'lync-admin' -Look 'on <ServerFqdn> run: Get-CsWindowsService -Name ''REPLICA'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Name is REPLICA, the step has had its effect') {
    Invoke-Shown -Command { Enable-CsReplica -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService -Name 'REPLICA' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Name is REPLICA?'
}

Complete-Record
} catch {
    Show-Failure -Failure $_
    $script:Ended = $true
    exit 1
} finally {
    Close-Record
}
exit 0
