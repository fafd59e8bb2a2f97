# Restore the server that hosts the Central Management store (restore-cms)
# Target: fe01.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:5d47dc19edf9072617335145ccbcb3647bf396e735f704ba98eaaec971c1b9e6
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

$script:Plan = 'sha256:5d47dc19edf9072617335145ccbcb3647bf396e735f704ba98eaaec971c1b9e6'
$script:Steps = @(
    'prepare/prep-decide',
    'prepare/prep-ad',
    'cms-bare.1',
    'cms-bare.2',
    'cms-bare.3',
    'cms-bare.4',
    'cms-bare.5',
    'cms-registry.1',
    'cms-registry.2',
    'cms-filestore.1',
    'cms-filestore.2',
    'cms-se-prepare',
    'cms-shell.2',
    'cms-local-store.1',
    'cms-local-store.2',
    'cms-local-store.4',
    'cms-local-store.5',
    'cms-create',
    'cms-scp.1',
    'cms-import.1',
    'cms-import.4',
    'cms-enable.1',
    'cms-enable.2',
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
    'cms-lis.1',
    'cms-lis.2',
    'cms-lis.3',
    'cms-lis.4',
    'cms-final.1',
    'cms-final.2',
    'cms-accept.1.1',
    'cms-accept.1.2',
    'cms-accept.1.3',
    'cms-accept.1.4',
    'cms-accept.1.5'
)

try {
Open-Record

# ---- Prepare
if (Test-Step -Id 'prepare/prep-decide' -Title 'Decide what to restore' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Restore only when troubleshooting has failed; a restore costs downtime and everything since the backup.
    # Note: The person named in the plan decides. Have media, keys, certificates and the worksheets ready before you continue.
    Write-Host 'Decide: Decide what to restore (restore)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Prepare
if (Test-Step -Id 'prepare/prep-ad' -Title 'Keep the AD computer account: fe01.contoso.com' -RunOn 'dc01.contoso.com' -Account 'domain-admin' -Look 'on dc01.contoso.com run: Get-ADComputer -Identity ''fe01'' -Properties @(''MemberOf'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Enabled is True; for each of them one object: MemberOf names CN=RTC, the step has had its effect') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: A server that runs Lync is in groups whose names begin with RTC; compare it with another server of its role.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of fe01.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ADComputer -Identity 'fe01' -Properties @('MemberOf') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True; for each of them one object: MemberOf names CN=RTC?'
}

# ---- New Windows installation with the same FQDN
if (Test-Step -Id 'cms-bare.1' -Title 'Install Windows with the original computer name: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CimInstance -ClassName ''Win32_ComputerSystem'' | Format-List -Property ''*'' | Out-Host; if it shows every object: DNSHostName is fe01 and PartOfDomain is True and Domain is contoso.com, the step has had its effect' -Undo 'none; all data on the disks is lost') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Check -Question 'Before: fe01.contoso.com does not answer, or does not run its role?'
    Confirm-Harm -Harm 'the disks of the computer that becomes fe01.contoso.com are wiped' -Name 'fe01.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name fe01.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_ComputerSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is fe01 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; all data on the disks is lost
}

# ---- New Windows installation with the same FQDN
if (Test-Step -Id 'cms-bare.2' -Title 'Check that name and DNS suffix match the topology: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Hostname is fe01 and Domain is contoso.com?'
}

# ---- New Windows installation with the same FQDN
if (Test-Step -Id 'cms-bare.3' -Title 'Check that nothing of an earlier Lync installation is left: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: Never restore onto an existing Lync installation.
    try { Invoke-Shown -Command { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') | Format-List -Property '*' | Out-Host } } catch { Confirm-Tolerated -Failure $_ -Words @('Cannot find any service') }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- New Windows installation with the same FQDN
if (Test-Step -Id 'cms-bare.4' -Title 'Restore or re-enrol the certificates: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-ChildItem -Path ''Cert:\LocalMachine\My'' | Select-Object -Property @(''Subject'', ''HasPrivateKey'', ''DnsNameList'') | Format-List -Property ''*'' | Out-Host; if it shows at least one object: HasPrivateKey is True and DnsNameList contains fe01.contoso.com, the step has had its effect') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ChildItem -Path 'Cert:\LocalMachine\My' | Select-Object -Property @('Subject', 'HasPrivateKey', 'DnsNameList') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains fe01.contoso.com?'
}

# ---- New Windows installation with the same FQDN
if (Test-Step -Id 'cms-bare.5' -Title 'Take a system image: fe01.contoso.com' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Put back saved registry values
if (Test-Step -Id 'cms-registry.1' -Title 'Copy the saved Schannel values to the server' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: certutil ''-hashfile'' ''C:\Restore\Schannel-fe01.contoso.com.reg'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains 95c0f651a12a70521d3535a73ecff4da38422690cc5700691b90026086fef9e1, the step has had its effect') {
    Confirm-Check -Question 'Before: every server of the plan answers and accepts the account?'
    Confirm-Check -Question 'Before: the account is in the groups the steps need?'
    Confirm-Check -Question 'Before: the server has the name in the topology?'
    Confirm-Check -Question 'Before: the replacement server is clean?'
    Confirm-Check -Question 'Before: the server has the Windows of its pool?'
    Confirm-Check -Question 'Before: windows Firewall runs before Lync''s services start?'
    Confirm-Check -Question 'Before: the servers have enough free disk space?'
    Confirm-Check -Question 'Before: certificates exist with private key, names, chain and dates?'
    Confirm-Check -Question 'Before: trusted Root holds root certificates only?'
    Confirm-Check -Question 'Before: the server has the deployment''s Schannel setting?'
    Confirm-Check -Question 'Before: the clocks agree?'
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Restore' -Force | Out-Host }
    Invoke-Shown -Command { Copy-Item -LiteralPath '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\Schannel\fe01.contoso.com.reg' -Destination 'C:\Restore\Schannel-fe01.contoso.com.reg' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\Schannel-fe01.contoso.com.reg' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 95c0f651a12a70521d3535a73ecff4da38422690cc5700691b90026086fef9e1?'
}

# ---- Put back saved registry values
if (Test-Step -Id 'cms-registry.2' -Title 'Put back the Schannel values that differ' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: reg ''query'' ''HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL'' ''/s'' | Out-Host; if it shows for each of them one object: the value contains EventLogging    REG_DWORD    0x3, Enabled    REG_DWORD    0x0, DisabledByDefault    REG_DWORD    0x1, the step has had its effect' -Undo 'set each value manually to what the confirmation showed') {
    # Note: Values that the new Windows has beside them stay. A value that only this server must not have is left out by skipping this step with a reason.
    # Note: Schannel reads its protocols when Windows starts; restart the server before Lync is installed.
    Confirm-Check -Question 'Before: what differs from the saved values?'
    Invoke-Shown -Command { reg 'import' 'C:\Restore\Schannel-fe01.contoso.com.reg' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { reg 'query' 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL' '/s' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: the value contains EventLogging    REG_DWORD    0x3, Enabled    REG_DWORD    0x0, DisabledByDefault    REG_DWORD    0x1?'
    # To undo: set each value manually to what the confirmation showed
}

# ---- Restore the file store
if (Test-Step -Id 'cms-filestore.1' -Title 'Copy the file store back' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-ChildItem -LiteralPath ''C:\LyncShare'' -Recurse -File | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is at least 12, the step has had its effect' -Undo 'none') {
    # Note: Path and file names must be exactly as backed up; the permissions follow in cms-enable.
    Confirm-Harm -Harm 'overwrites files in C:\LyncShare on fe01.contoso.com' -Name 'fe01.contoso.com'
    Invoke-Shown -Command { robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\FileStore\fe01.contoso.com_LyncShare' 'C:\LyncShare' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' '/XF' 'Meeting.Active' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { Get-ChildItem -LiteralPath 'C:\LyncShare' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Count is at least 12?'
    # To undo: none
}

# ---- Restore the file store
if (Test-Step -Id 'cms-filestore.2' -Title 'Share the folder' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: net ''share'' ''LyncShare'' | Out-Host; if it shows at least one object: the value contains C:\LyncShare, the step has had its effect' -Undo 'net share LyncShare /DELETE') {
    Invoke-Shown -Command { net 'share' 'LyncShare=C:\LyncShare' '/GRANT:Administrators,FULL' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { net 'share' 'LyncShare' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains C:\LyncShare?'
    # To undo: net share LyncShare /DELETE
}

# ---- Prepare first Standard Edition server
if (Test-Step -Id 'cms-se-prepare' -Title 'Prepare first Standard Edition server' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com\rtc run: sqlcmd ''-S'' ''fe01.contoso.com\rtc'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host; if it shows the number of objects is 1, the step has had its effect') {
    # Note: It may take long without visible progress; watch Task Manager.
    Write-Host 'On fe01.contoso.com start \setup\amd64\Setup.exe from the Lync media, then Prepare first Standard Edition server, and follow it to its end. It installs SQL Server Express with the instance of the Central Management store and opens the firewall.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Write-Host 'On fe01.contoso.com\rtc as sql-admin run: sqlcmd ''-S'' ''fe01.contoso.com\rtc'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host'
    Confirm-Check -Question 'Verify: does it show the number of objects is 1?'
}

# ---- Open the management shell
if (Test-Step -Id 'cms-shell.2' -Title 'Check that this computer has the cumulative update (CU) version of the other servers' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    # Note: Databases get the CU version of the computer whose shell creates them.
    Invoke-Shown -Command { Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Is there a newer configuration on a surviving server?
if (Test-Step -Id 'cms-local-store.1' -Title 'Create the folder' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Restore' -Force -Confirm:$false | Out-Host }
}

# ---- Is there a newer configuration on a surviving server?
if (Test-Step -Id 'cms-local-store.2' -Title 'Export the local replica' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Get-Item -LiteralPath ''C:\Restore\Local.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect') {
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Invoke-Shown -Command { Test-Path -LiteralPath 'C:\Restore\Local.zip' | Out-Host }
    Confirm-Check -Question 'Before: there is no such file yet; rename what an earlier try left: does it show every object: the value is False?'
    Invoke-Shown -Command { Export-CsConfiguration -FileName 'C:\Restore\Local.zip' -LocalStore | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Restore\Local.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
}

# ---- Is there a newer configuration on a surviving server?
if (Test-Step -Id 'cms-local-store.4' -Title 'Compare the replica with the export' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    # Note: Compare Local.zip and Config.zip (date, servers and pools in the topology, number of policies in DocItemSet.xml). The plan takes survivor; if the other one is to be taken, stop here and plan again with the other answer, beginning at cms-local-store.
    # Note: The replica may lack what was changed in the last minutes, and an unhealthy one is older than the backup.
    # Note: Enabling an older topology drops the servers added since that backup.
    Write-Host 'Decide: Compare the replica with the export (as planned)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Is there a newer configuration on a surviving server?
if (Test-Step -Id 'cms-local-store.5' -Title 'Use the replica for the import' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Get-Item -LiteralPath ''C:\Restore\Config.zip'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Length is the Length that the step reads first and LastWriteTime is the Written that the step reads first, the step has had its effect') {
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Restore\Local.zip' | Format-List -Property '*' | Out-Host }
    $Read_Length = Read-Value -Question 'Length (from se01.contoso.com)'
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Restore\Local.zip' | Format-List -Property '*' | Out-Host }
    $Read_Written = Read-Value -Question 'LastWriteTime (from se01.contoso.com)'
    Invoke-Shown -Command { Copy-Item -Path 'C:\Restore\Local.zip' -Destination 'C:\Restore\Config.zip' -Force -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Restore\Config.zip' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: Length is <Read:Length> and LastWriteTime is <Read:Written>?'.Replace('<Read:Length>', ($Read_Length -join ', ')).Replace('<Read:Written>', ($Read_Written -join ', ')))
}

# ---- Re-create the Central Management store's databases
if (Test-Step -Id 'cms-create' -Title 'Re-create the Central Management store''s databases' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn ''fe01.contoso.com'' -SqlInstanceName ''rtc'' | Format-List -Property ''*'' | Out-Host; if it shows every object: Succeed is True, the step has had its effect' -Undo 'none') {
    # Note: Be sure that the store is lost and that this is the new server, never the surviving mirror.
    # Note: RTCUniversalServerAdmins must not own the databases. On a SQL cluster name the paths with -DatabasePaths.
    Confirm-Check -Question 'Before: every SQL instance of the plan answers and accepts the account?'
    Confirm-Check -Question 'Before: every instance has its old name?'
    Confirm-Check -Question 'Before: the instances are of a fitting version?'
    Confirm-Check -Question 'Before: the database servers have room?'
    Confirm-Check -Question 'Before: the model database has its original size?'
    Confirm-Check -Question 'Before: no transaction log is about to be full?'
    Confirm-Check -Question 'Before: no database is owned by RTCUniversalServerAdmins?'
    Confirm-Check -Question 'Before: no master serves the Central Management store?'
    Write-Host 'On fe01.contoso.com\rtc as sql-admin run: sqlcmd ''-S'' ''fe01.contoso.com\rtc'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT @@SERVERNAME AS server_name, @@VERSION AS version_text, CAST(SERVERPROPERTY(N''''ProductVersion'''') AS nvarchar(128)) AS product_version, CAST(SERVERPROPERTY(N''''ProductLevel'''') AS nvarchar(128)) AS product_level, CAST(SERVERPROPERTY(N''''Edition'''') AS nvarchar(128)) AS edition, CAST(SERVERPROPERTY(N''''MachineName'''') AS nvarchar(128)) AS machine_name, CAST(SERVERPROPERTY(N''''InstanceName'''') AS nvarchar(128)) AS instance_name, CAST(SERVERPROPERTY(N''''Collation'''') AS nvarchar(128)) AS collation, IS_SRVROLEMEMBER(N''''sysadmin'''') AS is_sysadmin;'' | Out-Host'
    Confirm-Check -Question 'Before: the SQL Server instance answers: does it show the number of objects is 1?'
    Confirm-Harm -Harm 'deletes xds and lis on fe01.contoso.com\rtc if they are there, and creates them empty' -Name 'fe01.contoso.com'
    Invoke-Shown -Command { Install-CsDatabase -CentralManagementDatabase -Clean -SqlServerFqdn 'fe01.contoso.com' -SqlInstanceName 'rtc' -Verbose -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn 'fe01.contoso.com' -SqlInstanceName 'rtc' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Succeed is True?'
    # To undo: none
}

# ---- Set the CMS service connection point (SCP)
if (Test-Step -Id 'cms-scp.1' -Title 'Set the SCP to the Central Management store' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Get-CsConfigurationStoreLocation | Format-List -Property ''*'' | Out-Host; if it shows at least one object: BackEndServer is fe01.contoso.com\rtc, the step has had its effect' -Undo 'run it again with another location') {
    # Note: Without the mirror at first, because that does not exist yet; it follows in cms-scp-mirror.
    Confirm-Harm -Harm 'changes the service connection point of the whole forest' -Name 'fe01.contoso.com'
    Invoke-Shown -Command { Set-CsConfigurationStoreLocation -SqlServerFqdn 'fe01.contoso.com' -SqlInstanceName 'rtc' -Verbose -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsConfigurationStoreLocation | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: BackEndServer is fe01.contoso.com\rtc?'
    # To undo: run it again with another location
}

# ---- Import the configuration
if (Test-Step -Id 'cms-import.1' -Title 'Create the folders' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path @('C:\Restore', 'C:\Logs') -Force -Confirm:$false | Out-Host }
}

# ---- Import the configuration
if (Test-Step -Id 'cms-import.4' -Title 'Import the configuration of the surviving server' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Get-CsPool | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Fqdn is the host fe01.contoso.com, the step has had its effect' -Undo 'none; import another export') {
    Confirm-Check -Question 'Before: no master serves the Central Management store?'
    Invoke-Shown -Command { Get-CsConfigurationStoreLocation | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the service connection point (SCP) names this store: does it show at least one object: BackEndServer is fe01.contoso.com\rtc?'
    Invoke-Shown -Command { Test-CsDatabase -CentralManagementDatabase -SqlServerFqdn 'fe01.contoso.com' -SqlInstanceName 'rtc' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: its databases exist: does it show every object: Succeed is True?'
    Confirm-Harm -Harm 'replaces topology, policies and settings in the Central Management store' -Name 'fe01.contoso.com'
    Invoke-Shown -Command { Import-CsConfiguration -FileName 'C:\Restore\Config.zip' | Out-Host }
    Invoke-Shown -Command { Get-CsPool | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Fqdn is the host fe01.contoso.com?'
    # To undo: none; import another export
}

# ---- Enable the topology
if (Test-Step -Id 'cms-enable.1' -Title 'Create the folder for the report' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force -Confirm:$false | Out-Host }
}

# ---- Enable the topology
if (Test-Step -Id 'cms-enable.2' -Title 'Enable the topology' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Get-Item -LiteralPath ''C:\Logs\Enable_Topology.html'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect' -Undo 'run Enable-CsTopology again; it is harmless to repeat') {
    Invoke-Shown -Command { Get-CsPool -Identity 'fe01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the topology in the store contains the pool: does it show at least one object: Fqdn is the host fe01.contoso.com?'
    Confirm-Harm -Harm 'writes AD objects, ACLs and file share permissions according to the topology' -Name 'fe01.contoso.com'
    Invoke-Shown -Command { Enable-CsTopology -Report 'C:\Logs\Enable_Topology.html' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Logs\Enable_Topology.html' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
    # To undo: run Enable-CsTopology again; it is harmless to repeat
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'cms-wizard.1' -Title 'Step 1: Install Local Configuration Store' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsTopology -LocalStore | Out-Host; if it shows the number of objects is at least 1, the step has had its effect') {
    Write-Host 'On se01.contoso.com as lync-admin run: Get-CsComputer -Identity ''fe01.contoso.com'' | Format-List -Property ''*'' | Out-Host'
    Confirm-Check -Question 'Before: the server''s name is in the topology: does it show at least one object: Fqdn is the host fe01.contoso.com?'
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the server has exactly that name: does it show every object: Hostname is fe01 and Domain is contoso.com?'
    Write-Host 'On fe01.contoso.com, as a local administrator in RTCUniversalServerAdmins, start \setup\amd64\Setup.exe from the Lync media, then Install or Update Lync Server System. Step 1: Install Local Configuration Store, Run, Retrieve directly from the Central Management store, Next, Finish.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsTopology -LocalStore | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'cms-wizard.2' -Title 'Step 2: Setup or Remove Lync Server Components' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is RTCSRV, the step has had its effect') {
    Write-Host 'In the same window, Step 2: Setup or Remove Lync Server Components, Run. It installs the roles the published topology names for fe01.contoso.com and recreates its collocated databases. Review the log, Finish. If it asks for a restart, restart and run step 2 again.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'cms-wizard.3' -Title 'Bring the server to the cumulative update (CU) version of the other servers' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-ItemProperty -Path ''HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*'' | Format-List -Property ''*'' | Out-Host; if it shows at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887, the step has had its effect') {
    Write-Host 'Close the wizard. Install the cumulative update that the other servers have, so that Programs and Features shows 5.0.8308.887; then open the wizard again.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'cms-wizard.4' -Title 'Step 3: Request, Install or Assign Certificates' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsCertificate | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Use is Default, the step has had its effect') {
    Write-Host 'Step 3: Request, Install or Assign Certificates, Run. Assign the restored certificates (Default, Web internal, Web external). Never request OAuthTokenIssuer on a rebuilt server; it arrives by replication. Finished when the status is Assigned.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsCertificate | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Use is Default?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'cms-wizard.5' -Title 'Step 4: Start Services' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 30 min), the step has had its effect') {
    Confirm-Check -Question 'Before: every server has the deployment''s cumulative update (CU) version?'
    Write-Host 'Step 4: Start Services, Run, Next, Finish. The wizard reports success even if a service did not start: look at Service Status (Optional) and start what is not running.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'cms-wizard.6' -Title 'Check the local databases' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the Lync module is installed?'
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Invoke-Shown -Command { Test-CsDatabase -LocalService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Succeed is True?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'cms-wizard.7' -Title 'Check that the configuration has been replicated to the server' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Get-CsManagementStoreReplicationStatus -ReplicaFqdn ''fe01.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: UpToDate is True (within 15 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe01.contoso.com' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'fe01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# ---- Restore user data
if (Test-Step -Id 'cms-userdata.1' -Title 'Copy the export to the server and check it' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: certutil ''-hashfile'' ''C:\Restore\UserData\fe01.contoso.com.zip'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains c40851fdf8927d3abab8ae19ed9855a7519ed412fb77596a311250587e11dba9, the step has had its effect') {
    Invoke-Shown -Command { robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\UserData' 'C:\Restore\UserData' 'fe01.contoso.com.zip' '/COPY:DAT' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\UserData\fe01.contoso.com.zip' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains c40851fdf8927d3abab8ae19ed9855a7519ed412fb77596a311250587e11dba9?'
}

# ---- Restore user data
if (Test-Step -Id 'cms-userdata.2' -Title 'Stop the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'Start-CsWindowsService') {
    Confirm-Harm -Harm 'stops Lync on fe01.contoso.com; its users have no service until it is started again' -Name 'fe01.contoso.com'
    Invoke-Shown -Command { Stop-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService
}

# ---- Restore user data
if (Test-Step -Id 'cms-userdata.3' -Title 'Import the user data' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Export-CsUserData -PoolFqdn ''fe01.contoso.com'' -FileName ''C:\Restore\UserData\fe01.contoso.com-again.zip''; Get-Item -LiteralPath @(''C:\Restore\UserData\fe01.contoso.com-again.zip'', ''C:\Restore\UserData\fe01.contoso.com.zip'') | Out-Host; if it shows in the new export all that the imported one holds, the step has had its effect' -Undo 'none; import again from another set') {
    # Note: While one service of the pool still runs, the import reports success but changes nothing (pitfall P41).
    # Note: Contacts whose unified contact store mode changed since the export may be corrupted (pitfall P42).
    # Note: The pool is exported before and after the import, to a new file that is deleted, and compared with the export of the set: each time as long as an export takes. Cancelling the comparison afterwards leaves the decision to a person.
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped: does it show every object: Status is Stopped?'
    Confirm-Check -Question 'Before: the pool is not served by its partner?'
    Confirm-Harm -Harm 'overwrites contacts and conferences of all users of fe01.contoso.com with those of the backup' -Name 'fe01.contoso.com'
    Invoke-Shown -Command { Import-CsUserData -PoolFqdn 'fe01.contoso.com' -FileName 'C:\Restore\UserData\fe01.contoso.com.zip' | Out-Host }
    Invoke-Shown -Command { Export-CsUserData -PoolFqdn 'fe01.contoso.com' -FileName 'C:\Restore\UserData\fe01.contoso.com-again.zip'; Get-Item -LiteralPath @('C:\Restore\UserData\fe01.contoso.com-again.zip', 'C:\Restore\UserData\fe01.contoso.com.zip') | Out-Host }
    Confirm-Check -Question 'Verify: does it show in the new export all that the imported one holds?'
    # To undo: none; import again from another set
}

# ---- Restore user data
if (Test-Step -Id 'cms-userdata.4' -Title 'Start the Lync services' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -NoWait -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore user data
if (Test-Step -Id 'cms-userdata.5' -Title 'Check that the user store is online' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsUserDatabaseState -RegistrarPool 'fe01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Online is True?'
}

# ---- Restore the location information
if (Test-Step -Id 'cms-lis.1' -Title 'Copy the export to the server and check it' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: certutil ''-hashfile'' ''C:\Restore\E911Config.zip'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains b925a53623809e14b437bb9c31039674f629b29c615923c075864c4ea8ac1e29, the step has had its effect') {
    Confirm-Check -Question 'Before: the session reaches the backup share?'
    Invoke-Shown -Command { robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso' 'C:\Restore' 'E911Config.zip' '/COPY:DAT' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\E911Config.zip' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains b925a53623809e14b437bb9c31039674f629b29c615923c075864c4ea8ac1e29?'
}

# ---- Restore the location information
if (Test-Step -Id 'cms-lis.2' -Title 'Import the location information' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Get-CsLisLocation | Out-Host; if it shows the number of objects is at least 2, the step has had its effect' -Undo 'none') {
    Confirm-Harm -Harm 'records changed since the backup return to the old value; those added later stay' -Name 'fe01.contoso.com'
    Invoke-Shown -Command { Import-CsLisConfiguration -FileName 'C:\Restore\E911Config.zip' | Out-Host }
    Invoke-Shown -Command { Get-CsLisLocation | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 2?'
    # To undo: none
}

# ---- Restore the location information
if (Test-Step -Id 'cms-lis.3' -Title 'Publish the location information' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Publish-CsLisConfiguration -Confirm:$false | Out-Host }
}

# ---- Restore the location information
if (Test-Step -Id 'cms-lis.4' -Title 'List the locations' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsLisLocation | Format-List -Property '*' | Out-Host }
}

# ---- Check replication everywhere
if (Test-Step -Id 'cms-final.1' -Title 'Check that the master and the file transfer agents are active' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property ''*'' | Out-Host; if it shows every object: ActiveMasterFqdn is not empty and ActiveFileTransferAgents is not empty (within 15 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -CentralManagementStoreStatus | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: ActiveMasterFqdn is not empty and ActiveFileTransferAgents is not empty (within 15 min)?'
}

# ---- Check replication everywhere
if (Test-Step -Id 'cms-final.2' -Title 'Check that replication works, and list every replica' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Get-CsManagementStoreReplicationStatus -ReplicaFqdn ''se01.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: UpToDate is True (within 30 min), the step has had its effect') {
    # Note: A server that is still down stays at UpToDate False until it is restored; every other one follows within minutes.
    # Note: Force it with Invoke-CsManagementStoreReplication; the services of the store must run.
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'se01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 30 min)?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'cms-accept.1.1' -Title 'Try it: a test user signs in' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    # Note: The passwords of CONTOSO\reception01 and CONTOSO\reception02 are asked once and kept in memory only.
    # Note: Each of these tests may be left out with a reason; the report shows result and latency.
    Invoke-Shown -Command { Test-CsRegistration -TargetFqdn 'fe01.contoso.com' -UserSipAddress 'sip:reception01@contoso.com' -UserCredential (Get-Credential 'CONTOSO\reception01') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'cms-accept.1.2' -Title 'Try it: an instant message between two test users' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsIM -TargetFqdn 'fe01.contoso.com' -SenderSipAddress 'sip:reception01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\reception01') -ReceiverSipAddress 'sip:reception02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\reception02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'cms-accept.1.3' -Title 'Try it: one test user sees the presence of the other' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPresence -TargetFqdn 'fe01.contoso.com' -PublisherSipAddress 'sip:reception01@contoso.com' -PublisherCredential (Get-Credential 'CONTOSO\reception01') -SubscriberSipAddress 'sip:reception02@contoso.com' -SubscriberCredential (Get-Credential 'CONTOSO\reception02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'cms-accept.1.4' -Title 'Try it: a conference of two test users with messages' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsGroupIM -TargetFqdn 'fe01.contoso.com' -SenderSipAddress 'sip:reception01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\reception01') -ReceiverSipAddress 'sip:reception02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\reception02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'cms-accept.1.5' -Title 'Try it: a test user reaches the Address Book' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsAddressBookService -TargetFqdn 'fe01.contoso.com' -UserSipAddress 'sip:reception01@contoso.com' -UserCredential (Get-Credential 'CONTOSO\reception01') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# Left out: Prepare both sides: not both sides are lost
# Left out: Bring the surviving mirror into service: there is no mirror of the CMS to be rescued
# Left out: Bring the surviving mirror into service in SQL Server: there is no mirror of the CMS to be rescued; rescue way cmdlet was chosen
# Left out: Export current data from the surviving mirror: there is no mirror of the CMS to be rescued
# Left out: Back up the databases of the surviving mirror: there is no mirror of the CMS to be rescued
# Left out: Are the exports and backups usable?: there is no mirror of the CMS to be rescued
# Left out: New Windows installation of the Back End Server with the same FQDN: no Enterprise Edition pool
# Left out: New Windows installation of the Back End Servers of both sides: no Enterprise Edition pool; not both sides are lost
# Left out: Copy the saved DFS value to the server: the file store is no DFS folder; not in the backup set
# Left out: Put back EnableDfsLoopbackTargets: the file store is no DFS folder; not in the backup set
# Left out: Install SQL Server: no Enterprise Edition pool
# Left out: Install SQL Server on both sides: no Enterprise Edition pool; not both sides are lost
# Left out: Install the administrative tools on the server itself: another Lync server with a local replica works
# Left out: Copy the export of the set beside it: not in the backup set
# Left out: End mirroring of the Central Management store's databases: the CMS is not mirrored; user store intact was not chosen
# Left out: Set the SCP to the Central Management store and its mirror: the mirror does not exist yet, or there is none
# Left out: Copy the export to the server and check it: configuration backup was not chosen
# Left out: Import the configuration: configuration survivor was chosen
# Left out: Restore xds and lis from the rescued backups: there is no mirror of the CMS to be rescued; the configuration comes from an export
# Left out: Stop the pool before its databases are created empty: no Enterprise Edition pool
# Left out: Create the other databases, and the mirror: no Enterprise Edition pool
# Left out: Add the mirror to the CMS service connection point (SCP): the CMS is not mirrored
# Left out: Restore the pool's user data: no Enterprise Edition pool
# Left out: Restore Response Group: not deployed; not in the backup set
# Left out: Restore Archiving and Monitoring data: no archiving or monitoring data on the Back End Server
# Left out: Restore Persistent Chat: the Persistent Chat database is elsewhere; not in the backup set
# Left out: Mirror the archiving and monitoring databases again: the CMS is not mirrored; no database of this Back End is restored from a SQL backup
# Left out: Restart all Front End Servers: the CMS is not mirrored; no database of this Back End is restored from a SQL backup
# Left out: Restart all Front End Servers after the change of the mirror: the CMS is not mirrored; user store intact was not chosen
# Left out: Kerberos account password: no Kerberos account
# Left out: Try it: a message in a chat room: no Persistent Chat
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
