using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Causeway.Wire.Chat;
using Causeway.Wire.Json;

namespace Causeway.Gateway.Adapt;

/// <summary>
/// <c>functions</c> and <c>function_call</c>, as OpenAI's API had them before there were tools, said with <c>tools</c> and
/// <c>tool_choice</c>: for a target that knows only these. Made before anything else is looked at, so that every other step sees tools. Cold path.
/// </summary>
internal sealed class LegacyFunctions
{
    private const int MaxNameLength = 256;

    private readonly byte[] _body;
    private readonly ByteRange _root;
    private readonly BodyEdits _edits = new();
    private readonly List<(string Name, string Id)> _calls = [];
    private bool _hasFunctions;
    private bool _hasChoice;
    private bool _hasParallel;

    private LegacyFunctions(ReadOnlySpan<byte> body, ByteRange root) => (_body, _root) = (body.ToArray(), root);

    /// <summary>The request offers functions; without, only earlier turns speak of them.</summary>
    public bool HasFunctions => _hasFunctions;

    /// <summary>It has <c>function_call</c>.</summary>
    public bool HasChoice => _hasChoice;

    /// <summary>What cannot be said with tools; null when everything can.</summary>
    public string? Problem { get; private set; }

    /// <summary>The request said with tools.</summary>
    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>Null when the request speaks of no functions.</summary>
    /// <param name="asksSingle">The upstream understands <c>parallel_tool_calls: false</c>: an answer has room for one call.</param>
    public static LegacyFunctions? TryRead(ReadOnlySpan<byte> body, ByteRange root, bool asksSingle)
    {
        // Escaped spellings are not looked for: whoever writes "function\u0073" is sent on as he came.
        if (body.IndexOf("\"function"u8) < 0) return null;
        var legacy = new LegacyFunctions(body, root);
        legacy.ReadMembers();
        if (legacy is { _edits.IsEmpty: true, Problem: null }) return null;
        if (legacy.Problem is null) legacy.Write(asksSingle);
        return legacy;
    }

    private void ReadMembers()
    {
        var cursor = new JsonCursor(_body, _root);
        while (cursor.Read())
        {
            if (cursor.NameIs("functions"u8)) ReadFunctions(cursor);
            else if (cursor.NameIs("function_call"u8)) ReadChoice(cursor);
            else if (cursor.NameIs("messages"u8)) ReadMessages(cursor.Value);
            else if (cursor.NameIs("parallel_tool_calls"u8)) _hasParallel = true;
        }
    }

    private void ReadFunctions(in JsonCursor functions)
    {
        _hasFunctions = true;
        _edits.Replace(Quoted(functions.Name), "\"tools\""u8);
        if (functions.Kind != JsonTokenType.StartArray) return;
        var items = new JsonCursor(_body, functions.Value);
        while (items.Read())
        {
            _edits.Insert(items.Value.Start, "{\"type\":\"function\",\"function\":"u8);
            _edits.Insert(items.Value.End, "}"u8);
        }
    }

    private void ReadChoice(in JsonCursor choice)
    {
        _hasChoice = true;
        _edits.Replace(Quoted(choice.Name), "\"tool_choice\""u8);
        if (choice.Kind != JsonTokenType.StartObject) return;
        _edits.Insert(choice.Value.Start, "{\"type\":\"function\",\"function\":"u8);
        _edits.Insert(choice.Value.End, "}"u8);
    }

    private void ReadMessages(ByteRange messages)
    {
        var cursor = new JsonCursor(_body, messages);
        while (cursor.Read())
        {
            var (role, call, name) = Read(cursor.Value);
            if (role is not null) ToTool(cursor.Value, role.Value, name);
            else if (!call.IsEmpty) ToToolCalls(cursor.Value, call);
        }
    }

    /// <summary>The value of the role where it is <c>function</c>; the value of <c>function_call</c>; the name.</summary>
    private (ByteRange? FunctionRole, ByteRange Call, string? Name) Read(ByteRange message)
    {
        ByteRange? role = null;
        var (call, name) = (default(ByteRange), default(string));
        var cursor = new JsonCursor(_body, message);
        while (cursor.Read())
        {
            if (cursor.NameIs("role"u8) && JsonValue.Is(cursor.Value.In(_body), "function")) role = cursor.Value;
            else if (cursor.NameIs("function_call"u8)) call = cursor.Value;
            else if (cursor.NameIs("name"u8)) name = JsonValue.String(cursor.Value.In(_body), MaxNameLength);
        }
        return (role, call, name);
    }

    /// <summary>What a function returned is the answer to the last call of it.</summary>
    private void ToTool(ByteRange message, ByteRange role, string? name)
    {
        if (_calls.Count == 0)
        {
            Problem ??= "a message of role 'function' answers no 'function_call' before it";
            return;
        }
        var at = _calls.FindLastIndex(call => call.Name == name);
        _edits.Replace(role, "\"tool\""u8);
        _edits.Insert(message.Start + 1, Encoding.UTF8.GetBytes($"\"tool_call_id\":\"{_calls[at < 0 ? ^1 : at].Id}\","));
        var pruning = new Pruning(_edits);
        var cursor = new JsonCursor(_body, message);
        while (cursor.Read())
        {
            pruning.Next(cursor.Whole, cursor.NameIs("name"u8));
            if (cursor.NameIs("content"u8) && cursor.Kind == JsonTokenType.Null) _edits.Replace(cursor.Value, "\"\""u8);
        }
        pruning.Finish();
    }

    private void ToToolCalls(ByteRange message, ByteRange call)
    {
        var isCall = _body[call.Start] == (byte)'{';
        var pruning = new Pruning(_edits);
        var cursor = new JsonCursor(_body, message);
        while (cursor.Read())
        {
            var isIt = cursor.NameIs("function_call"u8);
            pruning.Next(cursor.Whole, isIt && !isCall);
            if (!isIt || !isCall) continue;
            var id = "call_" + _calls.Count.ToString(CultureInfo.InvariantCulture);
            _calls.Add((Tools.NameRange(_body, call) is { IsEmpty: false } name ? JsonValue.String(name.In(_body), MaxNameLength) ?? "" : "", id));
            _edits.Replace(Quoted(cursor.Name), "\"tool_calls\""u8);
            _edits.Insert(call.Start, Encoding.UTF8.GetBytes($$"""[{"id":"{{id}}","type":"function","function":"""));
            _edits.Insert(call.End, "}]"u8);
        }
        pruning.Finish();
    }

    private void Write(bool asksSingle)
    {
        if (asksSingle && _hasFunctions && !_hasParallel) _edits.Insert(_root.End - 1, ",\"parallel_tool_calls\":false"u8);
        var output = new ArrayBufferWriter<byte>(_body.Length + 256);
        _edits.Write(_body, output);
        Body = output.WrittenMemory;
        // Twice the same member: the request has tools beside its functions.
        if (!ChatEnvelope.TryRead(Body.Span, out _, out _)) Problem ??= "it has both functions and tools";
    }

    private static ByteRange Quoted(ByteRange name) => new(name.Start - 1, name.End + 1);
}
