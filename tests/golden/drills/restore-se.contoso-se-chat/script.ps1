# Restore a Standard Edition server (restore-se)
# Target: se01.contoso.com. Backup set: 2026-11-22T013000Z_contoso. Plan: sha256:37a232b546d568b5f10f17ac5a182b257ab573476d68bd96199d00af195d9380
# After: Restoring a Standard Edition server in Lync Server 2013
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

$script:Plan = 'sha256:37a232b546d568b5f10f17ac5a182b257ab573476d68bd96199d00af195d9380'
$script:Steps = @(
    'prepare/prep-decide',
    'prepare/prep-ad',
    'se-bare.1',
    'se-bare.2',
    'se-bare.3',
    'se-bare.4',
    'se-bare.5',
    'se-registry.1',
    'se-registry.2',
    'se-filestore.1',
    'se-filestore.2',
    'se-topology.1',
    'se-acl.1',
    'se-acl.2',
    'se-wizard.1',
    'se-wizard.2',
    'se-wizard.3',
    'se-wizard.4',
    'se-wizard.5',
    'se-wizard.6',
    'se-wizard.7',
    'se-userdata.1',
    'se-userdata.2',
    'se-userdata.3',
    'se-userdata.4',
    'se-userdata.5',
    'restore-rgs/rgs-import.1',
    'restore-rgs/rgs-import.2',
    'restore-rgs/rgs-verify.1',
    'restore-rgs/rgs-verify.2',
    'restore-rgs/rgs-verify.3',
    'restore-rgs/rgs-verify.4',
    'restore-rgs/rgs-verify.5',
    'restore-pchat/pc-stop.2',
    'restore-pchat/pc-sql.1@mgc',
    'restore-pchat/pc-sql.2@mgc',
    'restore-pchat/pc-sql.3@mgc',
    'restore-pchat/pc-start.2',
    'restore-pchat/pc-start.3',
    'restore-pchat/pc-start.4',
    'se-accept.1.1',
    'se-accept.1.2',
    'se-accept.1.3',
    'se-accept.1.4',
    'se-accept.1.5',
    'se-accept.1.6'
)

try {
Open-Record

# ---- Prepare
if (Test-Step -Id 'prepare/prep-decide' -Title 'Decide what to restore' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    # Note: Restore only when troubleshooting has failed; a restore costs downtime and everything since the backup.
    # Note: The person named in the plan decides. Have media, keys, certificates and the worksheets ready before you continue.
    Write-Host 'Decide: Decide what to restore (restore)'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Prepare
if (Test-Step -Id 'prepare/prep-ad' -Title 'Keep the AD computer account' -RunOn 'dc01.contoso.com' -Account 'domain-admin' -Look 'on dc01.contoso.com run: Get-ADComputer -Identity ''se01'' -Properties @(''MemberOf'') | Format-List -Property ''*'' | Out-Host; if it shows every object: Enabled is True; for each of them one object: MemberOf names CN=RTC, the step has had its effect') {
    # Note: Joining with the same name re-uses the account; deleting it loses the group memberships.
    # Note: A server that runs Lync is in groups whose names begin with RTC; compare it with another server of its role.
    # Note: Since October 2022 (KB5020276) only the account's creator or an allowed owner may join with it again.
    Write-Host 'Do not delete the computer account of se01.contoso.com when Windows is installed again. Have the AD administrator check that the account exists, is enabled, and is still a member of its Lync (RTC) groups; reset it if needed.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ADComputer -Identity 'se01' -Properties @('MemberOf') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Enabled is True; for each of them one object: MemberOf names CN=RTC?'
}

# ---- New Windows installation with the same FQDN
if (Test-Step -Id 'se-bare.1' -Title 'Install Windows with the original computer name' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Get-CimInstance -ClassName ''Win32_ComputerSystem'' | Format-List -Property ''*'' | Out-Host; if it shows every object: DNSHostName is se01 and PartOfDomain is True and Domain is contoso.com, the step has had its effect' -Undo 'none; all data on the disks is lost') {
    # Note: A Front End Server gets the same Windows version as the other Front End Servers of its pool.
    # Note: With a wrong name or suffix the Deployment Wizard uninstalls every role (pitfall P10).
    Confirm-Check -Question 'Before: se01.contoso.com does not answer, or does not run its role?'
    Confirm-Harm -Harm 'the disks of the computer that becomes se01.contoso.com are wiped' -Name 'se01.contoso.com'
    Write-Host 'Install Windows on the replacement computer with the name se01.contoso.com: same computer name, same DNS suffix, same IP address and DNS record as before; join the domain with the existing computer account; install the patches and the Lync prerequisites; leave the Windows Firewall on.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CimInstance -ClassName 'Win32_ComputerSystem' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: DNSHostName is se01 and PartOfDomain is True and Domain is contoso.com?'
    # To undo: none; all data on the disks is lost
}

# ---- New Windows installation with the same FQDN
if (Test-Step -Id 'se-bare.2' -Title 'Check that name and DNS suffix match the topology' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    # Note: Being in the right domain is not enough; the primary DNS suffix must be right as well.
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Hostname is se01 and Domain is contoso.com?'
}

# ---- New Windows installation with the same FQDN
if (Test-Step -Id 'se-bare.3' -Title 'Check that nothing of an earlier Lync installation is left' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    # Note: Never restore onto an existing Lync installation.
    try { Invoke-Shown -Command { Get-Service -Name @('RTC*', 'REPLICA', 'MASTER', 'FTA') | Format-List -Property '*' | Out-Host } } catch { Confirm-Tolerated -Failure $_ -Words @('Cannot find any service') }
    Confirm-Check -Question 'Does the answer show the number of objects is 0?'
}

# ---- New Windows installation with the same FQDN
if (Test-Step -Id 'se-bare.4' -Title 'Restore or re-enrol the certificates' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Get-ChildItem -Path ''Cert:\LocalMachine\My'' | Select-Object -Property @(''Subject'', ''HasPrivateKey'', ''DnsNameList'') | Format-List -Property ''*'' | Out-Host; if it shows at least one object: HasPrivateKey is True and DnsNameList contains se01.contoso.com, the step has had its effect') {
    # Note: The OAuth certificate is one for the whole deployment and arrives by replication.
    Write-Host 'Put the server''s certificates with their private keys into the computer''s Personal store: import the saved ones with the Certificates MMC snap-in, or re-enrol with the internal CA. Do not request an OAuthTokenIssuer certificate.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ChildItem -Path 'Cert:\LocalMachine\My' | Select-Object -Property @('Subject', 'HasPrivateKey', 'DnsNameList') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: HasPrivateKey is True and DnsNameList contains se01.contoso.com?'
}

# ---- New Windows installation with the same FQDN
if (Test-Step -Id 'se-bare.5' -Title 'Take a system image' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Write-Host 'Take an image of the system now, after Windows and certificates and before anything is restored, and check that it can be read. It is the way back.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
}

# ---- Put back saved registry values
if (Test-Step -Id 'se-registry.1' -Title 'Copy the saved Schannel values to the server' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: certutil ''-hashfile'' ''C:\Restore\Schannel-se01.contoso.com.reg'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains 95c0f651a12a70521d3535a73ecff4da38422690cc5700691b90026086fef9e1, the step has had its effect') {
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
    Invoke-Shown -Command { Copy-Item -LiteralPath '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Settings\Schannel\se01.contoso.com.reg' -Destination 'C:\Restore\Schannel-se01.contoso.com.reg' | Out-Host }
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\Schannel-se01.contoso.com.reg' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 95c0f651a12a70521d3535a73ecff4da38422690cc5700691b90026086fef9e1?'
}

# ---- Put back saved registry values
if (Test-Step -Id 'se-registry.2' -Title 'Put back the Schannel values that differ' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: reg ''query'' ''HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL'' ''/s'' | Out-Host; if it shows for each of them one object: the value contains EventLogging    REG_DWORD    0x3, Enabled    REG_DWORD    0x0, DisabledByDefault    REG_DWORD    0x1, the step has had its effect' -Undo 'set each value manually to what the confirmation showed') {
    # Note: Values that the new Windows has beside them stay. A value that only this server must not have is left out by skipping this step with a reason.
    # Note: Schannel reads its protocols when Windows starts; restart the server before Lync is installed.
    Confirm-Check -Question 'Before: what differs from the saved values?'
    Invoke-Shown -Command { reg 'import' 'C:\Restore\Schannel-se01.contoso.com.reg' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { reg 'query' 'HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL' '/s' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: the value contains EventLogging    REG_DWORD    0x3, Enabled    REG_DWORD    0x0, DisabledByDefault    REG_DWORD    0x1?'
    # To undo: set each value manually to what the confirmation showed
}

# ---- Restore the file store
if (Test-Step -Id 'se-filestore.1' -Title 'Copy the file store back' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Get-ChildItem -LiteralPath ''C:\LyncShare'' -Recurse -File | Measure-Object | Format-List -Property ''*'' | Out-Host; if it shows every object: Count is at least 11, the step has had its effect' -Undo 'none') {
    # Note: Path and file names must be exactly as backed up, or components will not find their files.
    Confirm-Harm -Harm 'overwrites files in C:\LyncShare on se01.contoso.com' -Name 'se01.contoso.com'
    Invoke-Shown -Command { robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\FileStore\se01.contoso.com_LyncShare' 'C:\LyncShare' '/E' '/COPY:DATSO' '/DCOPY:T' '/R:2' '/W:5' '/XF' 'Meeting.Active' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { Get-ChildItem -LiteralPath 'C:\LyncShare' -Recurse -File | Measure-Object | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Count is at least 11?'
    # To undo: none
}

# ---- Restore the file store
if (Test-Step -Id 'se-filestore.2' -Title 'Share the folder' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: net ''share'' ''LyncShare'' | Out-Host; if it shows at least one object: the value contains C:\LyncShare, the step has had its effect' -Undo 'net share LyncShare /DELETE') {
    # Note: The recorded share permissions take precedence; the permission for Administrators is enough for the next steps to set the others.
    Invoke-Shown -Command { net 'share' 'LyncShare=C:\LyncShare' '/GRANT:Administrators,FULL' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { net 'share' 'LyncShare' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains C:\LyncShare?'
    # To undo: net share LyncShare /DELETE
}

# ---- Download the topology
if (Test-Step -Id 'se-topology.1' -Title 'Download the topology in Topology Builder' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsComputer -Identity ''se01.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Fqdn is the host se01.contoso.com, the step has had its effect') {
    # Note: Never publish a saved .tbxml file; it undoes every change made since it was saved.
    Write-Host 'On fe01.contoso.com open Lync Server Topology Builder, choose Download Topology from existing deployment, OK, select the topology, Save, Yes. Look for se01.contoso.com with its old definition. Publish nothing.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsComputer -Identity 'se01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Fqdn is the host se01.contoso.com?'
}

# ---- Set the file store's permissions
if (Test-Step -Id 'se-acl.1' -Title 'Create the folder for the report' -RunOn 'fe01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { New-Item -ItemType 'Directory' -Path 'C:\Logs' -Force -Confirm:$false | Out-Host }
}

# ---- Set the file store's permissions
if (Test-Step -Id 'se-acl.2' -Title 'Enable the topology' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-Item -LiteralPath ''C:\Logs\Enable_Topology.html'' | Format-List -Property ''*'' | Out-Host; if it shows every object: LastWriteTime is another than what it was just before this step and Length is not 0, the step has had its effect' -Undo 'run Enable-CsTopology again; it is harmless to repeat') {
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Invoke-Shown -Command { Test-Path -LiteralPath '\\se01.contoso.com\LyncShare' | Out-Host }
    Confirm-Check -Question 'Before: the file store''s share exists: does it show every object: the value is True?'
    Confirm-Harm -Harm 'rewrites permissions of the share, AD objects and ACLs according to the topology' -Name 'se01.contoso.com'
    Invoke-Shown -Command { Enable-CsTopology -Report 'C:\Logs\Enable_Topology.html' -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-Item -LiteralPath 'C:\Logs\Enable_Topology.html' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: LastWriteTime is another than what it was just before this step and Length is not 0?'
    # To undo: run Enable-CsTopology again; it is harmless to repeat
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'se-wizard.1' -Title 'Step 1: Install Local Configuration Store' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Get-CsTopology -LocalStore | Out-Host; if it shows the number of objects is at least 1, the step has had its effect') {
    Write-Host 'On fe01.contoso.com as lync-admin run: Get-CsComputer -Identity ''se01.contoso.com'' | Format-List -Property ''*'' | Out-Host'
    Confirm-Check -Question 'Before: the server''s name is in the topology: does it show at least one object: Fqdn is the host se01.contoso.com?'
    Invoke-Shown -Command { Get-ItemProperty -LiteralPath 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the server has exactly that name: does it show every object: Hostname is se01 and Domain is contoso.com?'
    Write-Host 'On se01.contoso.com, as a local administrator in RTCUniversalServerAdmins, start \setup\amd64\Setup.exe from the Lync media, then Install or Update Lync Server System. Step 1: Install Local Configuration Store, Run, Retrieve directly from the Central Management store, Next, Finish.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsTopology -LocalStore | Out-Host }
    Confirm-Check -Question 'Verify: does it show the number of objects is at least 1?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'se-wizard.2' -Title 'Step 2: Setup or Remove Lync Server Components' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Name is RTCSRV, the step has had its effect') {
    Write-Host 'In the same window, Step 2: Setup or Remove Lync Server Components, Run. It installs the roles the published topology names for se01.contoso.com and recreates its collocated databases. Review the log, Finish. If it asks for a restart, restart and run step 2 again.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Name is RTCSRV?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'se-wizard.3' -Title 'Bring the server to the cumulative update (CU) version of the other servers' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Get-ItemProperty -Path ''HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*'' | Format-List -Property ''*'' | Out-Host; if it shows at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887, the step has had its effect') {
    Write-Host 'Close the wizard. Install the cumulative update that the other servers have, so that Programs and Features shows 5.0.8308.887; then open the wizard again.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\*' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: DisplayName contains Server 2013, Core Components and DisplayVersion is 5.0.8308.887?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'se-wizard.4' -Title 'Step 3: Request, Install or Assign Certificates' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Get-CsCertificate | Format-List -Property ''*'' | Out-Host; if it shows at least one object: Use is Default, the step has had its effect') {
    Write-Host 'Step 3: Request, Install or Assign Certificates, Run. Assign the restored certificates (Default, Web internal, Web external). Never request OAuthTokenIssuer on a rebuilt server; it arrives by replication. Finished when the status is Assigned.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsCertificate | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: Use is Default?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'se-wizard.5' -Title 'Step 4: Start Services' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 30 min), the step has had its effect') {
    Confirm-Check -Question 'Before: every server has the deployment''s cumulative update (CU) version?'
    Write-Host 'Step 4: Start Services, Run, Next, Finish. The wizard reports success even if a service did not start: look at Service Status (Optional) and start what is not running.'
    [void] (Read-Answer -Question 'Press Enter when it is done')
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'se-wizard.6' -Title 'Check the local databases' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Confirm-Check -Question 'Before: the Lync module is installed?'
    Confirm-Check -Question 'Before: sessions read the Central Management store from the server?'
    Confirm-Check -Question 'Before: every cmdlet and parameter of the plan exists there?'
    Invoke-Shown -Command { Test-CsDatabase -LocalService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Succeed is True?'
}

# ---- Lync Server Deployment Wizard
if (Test-Step -Id 'se-wizard.7' -Title 'Check that the configuration has been replicated to the server' -RunOn 'fe01.contoso.com' -Account 'lync-admin' -Look 'on fe01.contoso.com run: Get-CsManagementStoreReplicationStatus -ReplicaFqdn ''se01.contoso.com'' | Format-List -Property ''*'' | Out-Host; if it shows every object: UpToDate is True (within 15 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'se01.contoso.com' | Format-List -Property '*' | Out-Host }
    Invoke-Shown -Command { Get-CsManagementStoreReplicationStatus -ReplicaFqdn 'se01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: UpToDate is True (within 15 min)?'
}

# ---- Restore user data
if (Test-Step -Id 'se-userdata.1' -Title 'Copy the export to the server and check it' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: certutil ''-hashfile'' ''C:\Restore\UserData\se01.contoso.com.zip'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains 0abe7cb16ea44e754beb8bdb2c70c032dd0597717ea036225ed209c188a05312, the step has had its effect') {
    Invoke-Shown -Command { robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\UserData' 'C:\Restore\UserData' 'se01.contoso.com.zip' '/COPY:DAT' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\UserData\se01.contoso.com.zip' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 0abe7cb16ea44e754beb8bdb2c70c032dd0597717ea036225ed209c188a05312?'
}

# ---- Restore user data
if (Test-Step -Id 'se-userdata.2' -Title 'Stop the Lync services' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'Start-CsWindowsService') {
    Confirm-Harm -Harm 'stops Lync on se01.contoso.com; its users have no service until it is started again' -Name 'se01.contoso.com'
    Invoke-Shown -Command { Stop-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: Start-CsWindowsService
}

# ---- Restore user data
if (Test-Step -Id 'se-userdata.3' -Title 'Import the user data' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Export-CsUserData -PoolFqdn ''se01.contoso.com'' -FileName ''C:\Restore\UserData\se01.contoso.com-again.zip''; Get-Item -LiteralPath @(''C:\Restore\UserData\se01.contoso.com-again.zip'', ''C:\Restore\UserData\se01.contoso.com.zip'') | Out-Host; if it shows in the new export all that the imported one holds, the step has had its effect' -Undo 'none; import again from another set') {
    # Note: While one service of the pool still runs, the import reports success but changes nothing (pitfall P41).
    # Note: Contacts whose unified contact store mode changed since the export may be corrupted (pitfall P42).
    # Note: The pool is exported before and after the import, to a new file that is deleted, and compared with the export of the set: each time as long as an export takes. Cancelling the comparison afterwards leaves the decision to a person.
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: every Lync service of the pool is stopped: does it show every object: Status is Stopped?'
    Confirm-Check -Question 'Before: the pool is not served by its partner?'
    Confirm-Harm -Harm 'overwrites contacts and conferences of all users of se01.contoso.com with those of the backup' -Name 'se01.contoso.com'
    Invoke-Shown -Command { Import-CsUserData -PoolFqdn 'se01.contoso.com' -FileName 'C:\Restore\UserData\se01.contoso.com.zip' | Out-Host }
    Invoke-Shown -Command { Export-CsUserData -PoolFqdn 'se01.contoso.com' -FileName 'C:\Restore\UserData\se01.contoso.com-again.zip'; Get-Item -LiteralPath @('C:\Restore\UserData\se01.contoso.com-again.zip', 'C:\Restore\UserData\se01.contoso.com.zip') | Out-Host }
    Confirm-Check -Question 'Verify: does it show in the new export all that the imported one holds?'
    # To undo: none; import again from another set
}

# ---- Restore user data
if (Test-Step -Id 'se-userdata.4' -Title 'Start the Lync services' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Get-CsWindowsService | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 60 min), the step has had its effect') {
    Invoke-Shown -Command { Start-CsWindowsService -NoWait -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 60 min)?'
}

# ---- Restore user data
if (Test-Step -Id 'se-userdata.5' -Title 'Check that the user store is online' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsUserDatabaseState -RegistrarPool 'se01.contoso.com' | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Online is True?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-import.1' -Title 'Copy the export to the server and check it' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: certutil ''-hashfile'' ''C:\Restore\Rgs\se01.contoso.com.zip'' ''SHA256'' | Out-Host; if it shows at least one object: the value contains 719b333a611fac6766e5ffbcb0e3e9f98b58e24a5206f20df73b991fc7d949d2, the step has had its effect') {
    Invoke-Shown -Command { robocopy '\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Rgs' 'C:\Restore\Rgs' 'se01.contoso.com.zip' '/COPY:DAT' '/R:2' '/W:5' | Out-Host }
    Assert-ExitCode -Low 0 -High 7
    Invoke-Shown -Command { certutil '-hashfile' 'C:\Restore\Rgs\se01.contoso.com.zip' 'SHA256' | Out-Host }
    Confirm-Check -Question 'Verify: does it show at least one object: the value contains 719b333a611fac6766e5ffbcb0e3e9f98b58e24a5206f20df73b991fc7d949d2?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-import.2' -Title 'Import, taking ownership of the contact objects' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Get-CsRgsWorkflow -Identity ''service:ApplicationServer:se01.contoso.com'' -ShowAll | Format-List -Property ''*'' | Out-Host; if it shows for each of them one object: Name is Deliveries, Invoices, Support hotline, the step has had its effect' -Undo 'none; import again from another set') {
    # Note: Without -OverwriteOwner the import fails, because the contact objects already exist in AD (pitfall P44).
    Confirm-Check -Question 'Before: no Response Group name is taken?'
    Invoke-Shown -Command { Get-CsWindowsService | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Before: the services of the pool run: does it show every object: Status is Running?'
    Confirm-Harm -Harm 'writes the Response Groups of se01.contoso.com and takes ownership of their contact objects in AD' -Name 'se01.contoso.com'
    Invoke-Shown -Command { Import-CsRgsConfiguration -Destination 'service:ApplicationServer:se01.contoso.com' -FileName 'C:\Restore\Rgs\se01.contoso.com.zip' -OverwriteOwner -ReplaceExistingRgsSettings | Out-Host }
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity 'service:ApplicationServer:se01.contoso.com' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show for each of them one object: Name is Deliveries, Invoices, Support hotline?'
    # To undo: none; import again from another set
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-verify.1' -Title 'Workflows' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsWorkflow -Identity 'service:ApplicationServer:se01.contoso.com' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is Deliveries, Invoices, Support hotline?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-verify.2' -Title 'Queues' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsQueue -Identity 'service:ApplicationServer:se01.contoso.com' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is Deliveries, Invoices, Support hotline?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-verify.3' -Title 'Agent groups' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsAgentGroup -Identity 'service:ApplicationServer:se01.contoso.com' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is Deliveries, Invoices, Support hotline?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-verify.4' -Title 'Business hours' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsHoursOfBusiness -Identity 'service:ApplicationServer:se01.contoso.com' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is Office hours, Support hours?'
}

# ---- Restore Response Group
if (Test-Step -Id 'restore-rgs/rgs-verify.5' -Title 'Holiday sets' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Get-CsRgsHolidaySet -Identity 'service:ApplicationServer:se01.contoso.com' -ShowAll | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show for each of them one object: Name is Public holidays?'
}

# ---- Restore Persistent Chat
if (Test-Step -Id 'restore-pchat/pc-stop.2' -Title 'Stop the Persistent Chat service only' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Get-CsWindowsService | Where-Object -Property ''DisplayName'' -Value ''*Persistent Chat*'' -Like | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Stopped (within 5 min), the step has had its effect' -Undo 'start the same services') {
    # Note: The other services of the server keep running; only Persistent Chat is interrupted.
    Confirm-Harm -Harm 'stops Persistent Chat on se01.contoso.com; its rooms are unavailable until it is started again' -Name 'se01.contoso.com'
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Stop-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Stopped (within 5 min)?'
    # To undo: start the same services
}

# ---- Restore Persistent Chat
if (Test-Step -Id 'restore-pchat/pc-sql.1@mgc' -Title 'Verify the backup (RESTORE VERIFYONLY): mgc' -RunOn 'se01.contoso.com\RTC' -Account 'sql-admin') {
    # Note: A backup that was made without checksums is refused here; restore it manually, without CHECKSUM.
    Invoke-Shown -Command { sqlcmd '-S' 'se01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'RESTORE VERIFYONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\se01.contoso.com_RTC\mgc.bak'' WITH CHECKSUM, STATS = 5;' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
}

# ---- Restore Persistent Chat
if (Test-Step -Id 'restore-pchat/pc-sql.2@mgc' -Title 'Restore the database: mgc' -RunOn 'se01.contoso.com\RTC' -Account 'sql-admin' -Look 'on se01.contoso.com\RTC run: sqlcmd ''-S'' ''se01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''''mgc'''' AND h.restore_type = N''''D'''' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''''mgc'''' ORDER BY h.restore_history_id DESC, f.family_sequence_number;'' | Out-Host; if it shows every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of the BackupSets that the step reads first, the step has had its effect' -Undo 'none; restore another backup of the same database') {
    # Note: The files are placed where those of the present database are; their logical names are read from the backup.
    # Note: The database is set back to MULTI_USER even when the restore fails.
    Invoke-Shown -Command { sqlcmd '-S' 'se01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'EXEC master.dbo.xp_fileexist N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\se01.contoso.com_RTC\mgc.bak'';' | Out-Host }
    Confirm-Check -Question 'Before: the SQL service account can access the backup file: does it show every object: File Exists is 1?'
    Invoke-Shown -Command { sqlcmd '-S' 'se01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT spid, loginame, hostname, program_name FROM sys.sysprocesses WHERE dbid = DB_ID(N''mgc'') ORDER BY spid;' | Out-Host }
    Confirm-Check -Question 'Before: no Persistent Chat service is connected to the database: does it show the number of objects is 0?'
    Confirm-Harm -Harm 'replaces everything in mgc on se01.contoso.com\RTC with the backup and closes its connections' -Name 'se01.contoso.com'
    Invoke-Shown -Command { sqlcmd '-S' 'se01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'RESTORE FILELISTONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\se01.contoso.com_RTC\mgc.bak'';' | Out-Host }
    $Read_LogicalNames = Read-Value -Question 'LogicalName (from se01.contoso.com\RTC)'
    Invoke-Shown -Command { sqlcmd '-S' 'se01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT name, physical_name, type_desc, file_id, size / 128 AS size_mb FROM sys.master_files WHERE database_id = DB_ID(N''mgc'') ORDER BY file_id;' | Out-Host }
    $Read_Files = Read-Value -Question 'physical_name (from se01.contoso.com\RTC)'
    Invoke-Shown -Command { sqlcmd '-S' 'se01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'RESTORE HEADERONLY FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\se01.contoso.com_RTC\mgc.bak'';' | Out-Host }
    $Read_BackupSets = Read-Value -Question 'BackupSetGUID (from se01.contoso.com\RTC)'
    Invoke-Shown -Command { sqlcmd '-S' 'se01.contoso.com\RTC' '-E' '-b' '-x' '-Q' ('USE [master];
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''mgc'' AND state_desc = N''ONLINE'') ALTER DATABASE [mgc] SET SINGLE_USER WITH ROLLBACK IMMEDIATE;
RESTORE DATABASE [mgc] FROM DISK = N''\\backup01.contoso.com\LyncBackup\2026-11-22T013000Z_contoso\Sql\se01.contoso.com_RTC\mgc.bak'' WITH REPLACE, RECOVERY, CHECKSUM, STATS = 5, MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>'';
IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N''mgc'' AND state_desc = N''ONLINE'' AND user_access_desc <> N''MULTI_USER'') ALTER DATABASE [mgc] SET MULTI_USER;'.Replace(', MOVE N''<Read:LogicalNames>'' TO N''<Read:Files>''', (Join-Move -Name $Read_LogicalNames -File $Read_Files))) | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'se01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'SELECT TOP (1) d.state_desc AS State, d.user_access_desc AS UserAccess, h.restore_history_id AS RestoreId, f.physical_device_name AS RestoredFrom, s.backup_finish_date AS BackupFinishDate, s.backup_set_uuid AS BackupSetGuid FROM sys.databases AS d LEFT JOIN msdb.dbo.restorehistory AS h ON h.destination_database_name = N''mgc'' AND h.restore_type = N''D'' LEFT JOIN msdb.dbo.backupset AS s ON s.backup_set_id = h.backup_set_id LEFT JOIN msdb.dbo.backupmediafamily AS f ON f.media_set_id = s.media_set_id WHERE d.name = N''mgc'' ORDER BY h.restore_history_id DESC, f.family_sequence_number;' | Out-Host }
    Confirm-Check -Question ('Verify: does it show every object: State is ONLINE and UserAccess is MULTI_USER and RestoreId is above what it was just before this step and BackupSetGuid is one of <Read:BackupSets>?'.Replace('<Read:BackupSets>', ($Read_BackupSets -join ', ')))
    # To undo: none; restore another backup of the same database
}

# ---- Restore Persistent Chat
if (Test-Step -Id 'restore-pchat/pc-sql.3@mgc' -Title 'Grant RTCComponentUniversalServices access: mgc' -RunOn 'se01.contoso.com\RTC' -Account 'sql-admin' -Look 'on se01.contoso.com\RTC run: sqlcmd ''-S'' ''se01.contoso.com\RTC'' ''-E'' ''-b'' ''-x'' ''-Q'' ''USE [mgc];
SELECT SUSER_ID(N''''CONTOSO\RTCComponentUniversalServices'''') AS login_id, DATABASE_PRINCIPAL_ID(N''''CONTOSO\RTCComponentUniversalServices'''') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''''ServerRole'''') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''''CONTOSO\RTCComponentUniversalServices'''')) THEN 1 ELSE 0 END AS in_role;
USE [master];'' | Out-Host; if it shows every object: login_id is not empty and in_role is 1, the step has had its effect') {
    Invoke-Shown -Command { sqlcmd '-S' 'se01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [master];
IF SUSER_ID(N''CONTOSO\RTCComponentUniversalServices'') IS NULL CREATE LOGIN [CONTOSO\RTCComponentUniversalServices] FROM WINDOWS;
USE [mgc];
IF DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'') IS NULL CREATE USER [CONTOSO\RTCComponentUniversalServices] FOR LOGIN [CONTOSO\RTCComponentUniversalServices];
EXEC sp_addrolemember N''ServerRole'', N''CONTOSO\RTCComponentUniversalServices'';
USE [master];' | Out-Host }
    Assert-ExitCode -Low 0 -High 0
    Invoke-Shown -Command { sqlcmd '-S' 'se01.contoso.com\RTC' '-E' '-b' '-x' '-Q' 'USE [mgc];
SELECT SUSER_ID(N''CONTOSO\RTCComponentUniversalServices'') AS login_id, DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'') AS user_id, CASE WHEN EXISTS (SELECT 1 FROM sys.database_role_members WHERE role_principal_id = DATABASE_PRINCIPAL_ID(N''ServerRole'') AND member_principal_id = DATABASE_PRINCIPAL_ID(N''CONTOSO\RTCComponentUniversalServices'')) THEN 1 ELSE 0 END AS in_role;
USE [master];' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: login_id is not empty and in_role is 1?'
}

# ---- Restore Persistent Chat
if (Test-Step -Id 'restore-pchat/pc-start.2' -Title 'Start the Persistent Chat service' -RunOn 'se01.contoso.com' -Account 'lync-admin' -Look 'on se01.contoso.com run: Get-CsWindowsService | Where-Object -Property ''DisplayName'' -Value ''*Persistent Chat*'' -Like | Format-List -Property ''*'' | Out-Host; if it shows every object: Status is Running (within 30 min), the step has had its effect') {
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Start-CsWindowsService -Confirm:$false | Out-Host }
    Invoke-Shown -Command { Get-CsWindowsService | Where-Object -Property 'DisplayName' -Value '*Persistent Chat*' -Like | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Verify: does it show every object: Status is Running (within 30 min)?'
}

# ---- Restore Persistent Chat
if (Test-Step -Id 'restore-pchat/pc-start.3' -Title 'List the categories' -RunOn 'se01.contoso.com' -Account 'chat-admin') {
    Invoke-Shown -Command { Get-CsPersistentChatCategory | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Restore Persistent Chat
if (Test-Step -Id 'restore-pchat/pc-start.4' -Title 'List the rooms' -RunOn 'se01.contoso.com' -Account 'chat-admin') {
    # Note: Compare them with the list of the backup.
    Invoke-Shown -Command { Get-CsPersistentChatRoom | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show the number of objects is at least 1?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'se-accept.1.1' -Title 'Try it: a test user signs in' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    # Note: The passwords of CONTOSO\support01 and CONTOSO\support02 are asked once and kept in memory only.
    # Note: Each of these tests may be left out with a reason; the report shows result and latency.
    Invoke-Shown -Command { Test-CsRegistration -TargetFqdn 'se01.contoso.com' -UserSipAddress 'sip:support01@contoso.com' -UserCredential (Get-Credential 'CONTOSO\support01') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'se-accept.1.2' -Title 'Try it: an instant message between two test users' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsIM -TargetFqdn 'se01.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'se-accept.1.3' -Title 'Try it: one test user sees the presence of the other' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPresence -TargetFqdn 'se01.contoso.com' -PublisherSipAddress 'sip:support01@contoso.com' -PublisherCredential (Get-Credential 'CONTOSO\support01') -SubscriberSipAddress 'sip:support02@contoso.com' -SubscriberCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'se-accept.1.4' -Title 'Try it: a conference of two test users with messages' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsGroupIM -TargetFqdn 'se01.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'se-accept.1.5' -Title 'Try it: a test user reaches the Address Book' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsAddressBookService -TargetFqdn 'se01.contoso.com' -UserSipAddress 'sip:support01@contoso.com' -UserCredential (Get-Credential 'CONTOSO\support01') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# ---- Try the pool as a user
if (Test-Step -Id 'se-accept.1.6' -Title 'Try it: a message in a chat room' -RunOn 'se01.contoso.com' -Account 'lync-admin') {
    Invoke-Shown -Command { Test-CsPersistentChatMessage -TargetFqdn 'se01.contoso.com' -SenderSipAddress 'sip:support01@contoso.com' -SenderCredential (Get-Credential 'CONTOSO\support01') -ReceiverSipAddress 'sip:support02@contoso.com' -ReceiverCredential (Get-Credential 'CONTOSO\support02') | Format-List -Property '*' | Out-Host }
    Confirm-Check -Question 'Does the answer show every object: Result is Success?'
}

# Left out: Copy the saved DFS value to the server: the file store is no DFS folder; not in the backup set
# Left out: Put back EnableDfsLoopbackTargets: the file store is no DFS folder; not in the backup set
# Left out: Re-create the Persistent Chat database: the Persistent Chat database lies on a server of the pool or Back End
# Left out: Stop the services of the Persistent Chat Server: Persistent Chat runs on the servers of the pool itself
# Left out: Back up the present database before the import: restored from the SQL backup, or no export in the set
# Left out: Import the exported Persistent Chat data: restored from the SQL backup, or no export in the set
# Left out: Start the services of the Persistent Chat Server: Persistent Chat runs on the servers of the pool itself
# Left out: Kerberos account password: no Kerberos account
# Left out: Try it without recorded test accounts: two test accounts of the pool that is tried are recorded
# Left out: Bring the users home: not paired; failed over yes was not chosen
Write-Host 'Afterwards: Sign in a test user and look at the contact list.'
Write-Host 'Afterwards: Run Get-CsManagementStoreReplicationStatus and Get-CsWindowsService once more after an hour.'
Write-Host 'Afterwards: Take a fresh backup into a new set.'
Write-Host 'Afterwards: The Address Book is generated again automatically.'
Complete-Record
} catch {
    Show-Failure -Failure $_
    $script:Ended = $true
    exit 1
} finally {
    Close-Record
}
exit 0
