// What every command of the lab does: it carries its parameters to the lab and writes what comes back as it comes.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace System.Data.SqlClient { public class SqlException : Exception { public SqlException(string m) : base(m) { } } }
namespace System.IO { public class FileFormatException : Exception { public FileFormatException(string m) : base(m) { } } }
namespace Microsoft.ActiveDirectory.Management
{
    public class ADIdentityNotFoundException : Exception { public ADIdentityNotFoundException(string m) : base(m) { } }
}

namespace Microsoft.Rtc.Management.Deploy
{
    public sealed class Fqdn
    {
        static readonly Regex Form = new Regex(
            @"^(?=.{1,255}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*$");
        readonly string text;
        public Fqdn(string value)
        {
            if (value == null || !Form.IsMatch(value))
                throw new ArgumentException("The value is not a valid fully qualified domain name.");
            text = value;
        }
        public override string ToString() { return text; }
    }
}

namespace LyncLab
{
    /// An object that a simulated cmdlet wrote.
    public sealed class Thing
    {
        readonly string text;
        public readonly string[] Types;
        public readonly List<KeyValuePair<string, object>> Values;
        public Thing(string text, string[] types, List<KeyValuePair<string, object>> values) { this.text = text; Types = types; Values = values; }
        public object Value(string name) { return Values.FirstOrDefault(one => Same(one.Key, name)).Value; }
        public static bool Same(string one, string other) { return string.Equals(one, other, StringComparison.OrdinalIgnoreCase); }
        public override string ToString() { return text; }
    }

    /// Has it look to PowerShell, and to remoting, like an object of the type that it stands for.
    public sealed class ThingAdapter : PSPropertyAdapter
    {
        public override Collection<PSAdaptedProperty> GetProperties(object thing)
        {
            return new Collection<PSAdaptedProperty>(((Thing)thing).Values.Select(one => new PSAdaptedProperty(one.Key, null)).ToList());
        }

        public override PSAdaptedProperty GetProperty(object thing, string name)
        {
            var found = ((Thing)thing).Values.Where(one => Thing.Same(one.Key, name)).ToList();
            return found.Count == 0 ? null : new PSAdaptedProperty(found[0].Key, null);
        }

        public override Collection<string> GetTypeNameHierarchy(object thing) { return new Collection<string>(((Thing)thing).Types.ToList()); }
        public override object GetPropertyValue(PSAdaptedProperty one) { return ((Thing)one.BaseObject).Value(one.Name); }
        public override string GetPropertyTypeName(PSAdaptedProperty one)
        {
            var value = ((Thing)one.BaseObject).Value(one.Name);
            return (value == null ? typeof(object) : value.GetType()).FullName;
        }

        public override bool IsGettable(PSAdaptedProperty one) { return true; }
        public override bool IsSettable(PSAdaptedProperty one) { return false; }
        public override void SetPropertyValue(PSAdaptedProperty one, object value) { throw new NotSupportedException(); }
    }

    public abstract class LabCmdlet : PSCmdlet
    {
        /// What the objects of a pipeline are bound to.
        static readonly string[] Fed = { "InputObject", "Identity" };

        readonly List<object> input = new List<object>();

        protected abstract string LabName { get; }

        protected override void ProcessRecord()
        {
            if (!base.MyInvocation.ExpectingInput) Call.Run(this, LabName, base.MyInvocation.BoundParameters, null);
            else foreach (var name in Fed) { object one; if (base.MyInvocation.BoundParameters.TryGetValue(name, out one)) { input.Add(one); return; } }
        }

        protected override void EndProcessing()
        {
            if (!base.MyInvocation.ExpectingInput || input.Count == 0) return;
            var bound = new Dictionary<string, object>(base.MyInvocation.BoundParameters);
            foreach (var name in Fed) bound.Remove(name);
            Call.Run(this, LabName, bound, input);
        }
    }

    /// Of the same name as one of PowerShell's own, which gets what does not lie on a simulated computer.
    public abstract class FrontCmdlet : LabCmdlet
    {
        protected virtual bool Own(IDictionary<string, object> bound)
        {
            var paths = new[] { "Path", "LiteralPath", "Destination" }.Where(bound.ContainsKey).SelectMany(
                name => bound[name] is string ? new[] { (string)bound[name] } : ((IEnumerable)bound[name]).Cast<object>().Select(p => "" + p));
            return !paths.Any() || paths.Any(path => Regex.IsMatch(path, @"^\s*([A-Za-z]+:|\\\\)"));
        }

        protected abstract string Module { get; }

        readonly List<object> given = new List<object>();

        protected override void ProcessRecord()
        {
            var bound = base.MyInvocation.BoundParameters;
            object one;
            if (Own(bound)) base.ProcessRecord();
            else if (!base.MyInvocation.ExpectingInput) Real("param($Real, $Bound) & $Real @Bound");
            else if (bound.TryGetValue("InputObject", out one)) given.Add(one);
        }

        protected override void EndProcessing()
        {
            base.EndProcessing();
            if (given.Count > 0) Real("param($Real, $Bound, $All) $All | & $Real @Bound");
        }

        void Real(string script)
        {
            var bound = new Hashtable((IDictionary)base.MyInvocation.BoundParameters);
            if (given.Count > 0) bound.Remove("InputObject");
            var real = base.InvokeCommand.GetCommand(Module + "\\" + LabName, CommandTypes.Cmdlet);
            base.WriteObject(base.InvokeCommand.InvokeScript(
                base.SessionState, ScriptBlock.Create(script), real, bound, given.ToArray()), true);
        }
    }

    /// The clock of the simulated computers, for who asks for the time alone.
    public abstract class ClockCmdlet : FrontCmdlet
    {
        protected override bool Own(IDictionary<string, object> bound)
        {
            return bound.Keys.All(name => name == "Format" && "" + bound[name] == "o");
        }
    }

    [Cmdlet("Invoke", "LabProgram")]
    public sealed class InvokeLabProgram : PSCmdlet
    {
        [Parameter(Mandatory = true, Position = 0)] public string Name;
        [Parameter(Position = 1)] [AllowNull] [AllowEmptyCollection] public object[] Words;

        protected override void ProcessRecord()
        {
            var words = (Words ?? new object[0]).Select(word => word is PSObject p ? p.BaseObject : word);
            Call.Run(this, Name, null, words.Select(word => (object)LanguagePrimitives.ConvertTo<string>(word)).ToList());
        }
    }

    public static class Call
    {
        static readonly HashSet<string> Handled = new HashSet<string>(StringComparer.OrdinalIgnoreCase) {
            "ErrorAction", "WarningAction", "InformationAction", "ProgressAction", "ErrorVariable", "WarningVariable",
            "InformationVariable", "OutVariable", "OutBuffer", "PipelineVariable",
        };

        /// Without bound parameters: a program, and its arguments as input.
        public static void Run(PSCmdlet cmdlet, string name, IDictionary<string, object> bound, IList<object> input)
        {
            try { Converse(cmdlet, name, bound, input); }
            catch (Exception error) when (error is IOException || error is SocketException)
            {
                if (cmdlet.Stopping) throw new PipelineStoppedException();
                throw new InvalidOperationException("The lab does not answer: " + error.Message, error);
            }
        }

        static void Converse(PSCmdlet cmdlet, string name, IDictionary<string, object> bound, IList<object> input)
        {
            using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
            {
                socket.NoDelay = true;
                socket.Connect("127.0.0.1", int.Parse(Environment.GetEnvironmentVariable("LYNC_LAB_PORT"), CultureInfo.InvariantCulture));
                var asked = new Dictionary<string, object> {
                    { "token", Environment.GetEnvironmentVariable("LYNC_LAB_TOKEN") }, { "name", name },
                };
                if (bound != null)
                    asked["parameters"] = bound.Where(p => !Handled.Contains(p.Key))
                        .Select(p => new object[] { p.Key, Values.Plain(p.Value, 0) }).ToList();
                if (input != null)
                    asked[bound == null ? "words" : "input"] = input.Select(one => Values.Plain(one, 0)).ToList();
                socket.Send(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(asked) + "\n"));
                var bar = false;
                foreach (var line in Lines(cmdlet, socket))
                    using (var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 256 }))
                    {
                        var said = document.RootElement;
                        if (said[0].GetString() == "progress") bar = said[3].GetInt32() < 100;
                        else if (bar && (said[0].GetString() == "end" || said[0].GetString() == "terminated")) Close(cmdlet);
                        if (!Show(cmdlet, said)) return;
                    }
                throw new IOException("the connection ended");
            }
        }

        static IEnumerable<byte[]> Lines(PSCmdlet cmdlet, Socket socket)
        {
            var whole = new MemoryStream();
            var buffer = new byte[1 << 16];
            while (true)
            {
                while (!socket.Poll(100000, SelectMode.SelectRead))
                    if (cmdlet.Stopping) throw new PipelineStoppedException();
                if (cmdlet.Stopping) throw new PipelineStoppedException();
                var count = socket.Receive(buffer);
                if (count == 0) yield break;
                var begin = 0;
                for (var at = 0; at < count; at++)
                {
                    if (buffer[at] != 10) continue;
                    whole.Write(buffer, begin, at - begin);
                    yield return whole.ToArray();
                    whole.SetLength(0);
                    begin = at + 1;
                }
                whole.Write(buffer, begin, count - begin);
            }
        }

        /// A bar that nothing ends would stand over what comes next.
        static void Close(PSCmdlet cmdlet)
        {
            cmdlet.WriteProgress(new ProgressRecord(1, cmdlet.MyInvocation.InvocationName, "Completed") {
                RecordType = ProgressRecordType.Completed });
        }

        static bool Show(PSCmdlet cmdlet, JsonElement said)
        {
            var kind = said[0].GetString();
            switch (kind)
            {
                case "output": cmdlet.WriteObject(Values.Net(said[1]), false); return true;
                case "error": cmdlet.WriteError(Values.Record(said[1])); return true;
                case "verbose": cmdlet.WriteVerbose(said[1].GetString()); return true;
                case "debug": cmdlet.WriteDebug(said[1].GetString()); return true;
                case "warning": cmdlet.WriteWarning(said[1].GetString()); return true;
                case "information": cmdlet.WriteInformation(said[1].GetString(), new string[0]); return true;
                case "progress":
                    var record = new ProgressRecord(1, said[1].GetString(), said[2].GetString());
                    record.PercentComplete = said[3].GetInt32();
                    if (record.PercentComplete == 100) record.RecordType = ProgressRecordType.Completed;
                    cmdlet.WriteProgress(record);
                    return true;
                case "exit":
                    cmdlet.SessionState.PSVariable.Set("global:LASTEXITCODE", said[1].GetInt32());
                    return false;
                case "terminated": cmdlet.ThrowTerminatingError(Values.Record(said[1])); return false;
            }
            return false;
        }
    }

    public static class Values
    {
        const int Deep = 8;

        /// As JSON: what a simulated cmdlet is given.
        public static object Plain(object value, int depth)
        {
            var wrapped = value as PSObject;
            var plain = wrapped == null ? value : wrapped.BaseObject;
            if (plain == null) return null;
            if (plain is SwitchParameter) return ((SwitchParameter)plain).IsPresent;
            if (plain is bool || plain is string || plain is int || plain is long || plain is short || plain is byte
                || plain is ushort || plain is uint || plain is ulong || plain is double || plain is float) return plain;
            if (plain is DateTime) return Tag("date", ((DateTime)plain).ToString("o", CultureInfo.InvariantCulture));
            if (plain is byte[]) return Tag("bytes", Convert.ToBase64String((byte[])plain));
            if (plain is SecureString) return Tag("secret", Clear((SecureString)plain));
            if (plain is PSCredential)
                return Tag("map", new object[] {
                    new object[] { "UserName", ((PSCredential)plain).UserName },
                    new object[] { "Password", Plain(((PSCredential)plain).Password, depth + 1) } });
            if (depth > Deep) return "" + plain;
            if (plain is IDictionary)
                return Tag("map", ((IDictionary)plain).Cast<DictionaryEntry>()
                    .Select(one => new object[] { "" + one.Key, Plain(one.Value, depth + 1) }).ToList());
            if (plain is IEnumerable) return ((IEnumerable)plain).Cast<object>().Select(one => Plain(one, depth + 1)).ToList();
            if (plain is Thing)
                return Tag("object", ((Thing)plain).Values.Select(one => new object[] { one.Key, Plain(one.Value, depth + 1) }).ToList());
            if (plain is PSCustomObject)
                return Tag("object", wrapped.Properties.Where(one => one.MemberType == PSMemberTypes.NoteProperty)
                    .Select(one => new object[] { one.Name, Plain(one.Value, depth + 1) }).ToList());
            return LanguagePrimitives.ConvertTo<string>(plain);
        }

        static object Tag(string kind, object value) { return new Dictionary<string, object> { { "$", kind }, { "v", value } }; }

        static string Clear(SecureString secret)
        {
            var copied = Marshal.SecureStringToGlobalAllocUnicode(secret);
            try { return Marshal.PtrToStringUni(copied); }
            finally { Marshal.ZeroFreeGlobalAllocUnicode(copied); }
        }

        /// From JSON: what a simulated cmdlet wrote.
        public static object Net(JsonElement said)
        {
            switch (said.ValueKind)
            {
                case JsonValueKind.Null: return null;
                case JsonValueKind.True: return true;
                case JsonValueKind.False: return false;
                case JsonValueKind.String: return said.GetString();
                case JsonValueKind.Number: return Number(said);
                case JsonValueKind.Array: return said.EnumerateArray().Select(Net).ToArray();
            }
            var value = said.GetProperty("v");
            switch (said.GetProperty("$").GetString())
            {
                case "date": return DateTime.Parse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
                case "span": return TimeSpan.FromTicks(value.GetInt64());
                case "guid": return Guid.Parse(value.GetString());
                case "enum": return Enumerated(value);
                case "version": return Version.Parse(value.GetString());
                case "xml": return XDocument.Parse(value.GetString());
                case "decimal": return decimal.Parse(value.GetString(), CultureInfo.InvariantCulture);
                case "double": return value.ValueKind == JsonValueKind.String
                    ? double.Parse(value.GetString(), CultureInfo.InvariantCulture) : value.GetDouble();
                case "bytes": return value.GetBytesFromBase64();
                case "map":
                    var map = new Hashtable();
                    foreach (var pair in value.EnumerateArray()) map[pair[0].GetString()] = Net(pair[1]);
                    return map;
                case "object": return Assembled(value);
            }
            return value.ToString();
        }

        /// Its type is compiled with this, but for those of PowerShell itself; of one that is not, the number says nothing.
        static object Enumerated(JsonElement said)
        {
            var type = typeof(Values).Assembly.GetType(said[0].GetString()) ?? typeof(PSObject).Assembly.GetType(said[0].GetString());
            return type == null ? said[1].GetString() : Enum.Parse(type, said[1].GetString());
        }

        static object Number(JsonElement said)
        {
            int small; long large; ulong larger;
            if (said.TryGetInt32(out small)) return small;
            if (said.TryGetInt64(out large)) return large;
            if (said.TryGetUInt64(out larger)) return larger;
            return said.GetDecimal();
        }

        static object Assembled(JsonElement said)
        {
            var types = said[0].EnumerateArray().Select(name => name.GetString()).ToArray();
            var values = said[1].EnumerateArray().Select(pair => new KeyValuePair<string, object>(pair[0].GetString(), Net(pair[1]))).ToList();
            if (types[0] != typeof(PSCustomObject).FullName) return new Thing(said[2].GetString(), types, values);
            var made = new PSObject();
            foreach (var pair in values) made.Properties.Add(new PSNoteProperty(pair.Key, pair.Value));
            return made;
        }

        public static ErrorRecord Record(JsonElement said)
        {
            Func<string, string> text = name => said.GetProperty(name).GetString();
            ErrorCategory category;
            if (!Enum.TryParse(text("category"), out category)) category = ErrorCategory.NotSpecified;
            var target = text("target");
            var id = text("error_id");
            var error = Failure(text("exception"), text("message"));
            if (id == "") id = error.GetType().Name;
            var record = new ErrorRecord(error, id.Split(',')[0], category, target == "" ? null : target);
            if (text("activity") != "") record.CategoryInfo.Activity = text("activity");
            record.CategoryInfo.Reason = text("exception").Split('.').Last();
            return record;
        }

        static Exception Failure(string kind, string message)
        {
            var type = typeof(Values).Assembly.GetType(kind) ?? typeof(PSObject).Assembly.GetType(kind) ?? Type.GetType(kind);
            try
            {
                if (type != null && typeof(Exception).IsAssignableFrom(type)) return (Exception)Activator.CreateInstance(type, message);
            }
            catch (MissingMethodException) { }
            return new RuntimeException(message);
        }
    }
}
