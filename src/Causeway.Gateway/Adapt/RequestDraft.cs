using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Causeway.Spec.Plans;
using Causeway.Spec.Profiles;
using Causeway.Wire.Chat;
using Causeway.Wire.Errors;
using Causeway.Wire.Json;

namespace Causeway.Gateway.Adapt;

/// <summary>Where a member of the request stands. The default is an absent one.</summary>
/// <param name="Name">With its quotes.</param>
internal readonly record struct MemberSpot(ByteRange Name, ByteRange Value, JsonTokenType Kind);

/// <summary>
/// A request on its way to one target. The steps of this folder say what is to be changed; nothing is written before all have spoken. Lives
/// with its call and is used for one attempt after the other. Not thread-safe.
/// </summary>
internal sealed class RequestDraft
{
    // So many members that nobody knows are no extension but an attack on our memory.
    private const int MaxOthers = 256;

    private readonly MemberSpot[] _members = new MemberSpot[ChatMembers.Count];
    private readonly bool[] _isRemoved = new bool[ChatMembers.Count];
    private bool _dropsOthers;
    private Call? _call;
    private AnswerEdits? _answer;
    private ChatEnvelope _envelope;
    private bool _isRewritten;

    public AdaptPlan Plan { get; private set; } = null!;
    public BodyEdits Edits { get; } = new();
    public Receipt? Receipt { get; private set; }
    public WireError? Refusal { get; private set; }

    /// <summary>What the model has to be told because no member of the request says it any more; null when there is nothing.</summary>
    public Instruction? Instruction { get; set; }

    /// <summary>Tools renamed so far: from the name sent to the caller's.</summary>
    public Dictionary<string, string>? ToolNames { get; set; }

    /// <summary>What the answer will need beside what the profile says of every answer.</summary>
    public AnswerEdits Answer
    {
        get => _answer ?? Nothing;
        set => _answer = value;
    }

    public Call Call => _call ?? throw new InvalidOperationException("No request is being prepared.");

    /// <summary>The request that the steps look at: the caller's bytes, or what they became where functions are said with tools.</summary>
    public ReadOnlyMemory<byte> Source { get; private set; }
    public ReadOnlySpan<byte> Body => Source.Span;

    private static AnswerEdits Nothing { get; } = new();

    public Adaptation Prepare(Call call, TargetPlan target, AdaptPlan plan)
    {
        Begin(call, plan);
        SayFunctionsWithTools();
        ReadMembers();
        PlainFields.Apply(this);
        TokenLimits.Apply(this);
        StreamFields.Apply(this);
        ChoiceFields.Apply(this);
        FormatField.Apply(this);
        Tools.Apply(this);
        Messages.Apply(this);
        var adapted = Refusal is null ? Finish(target) : new Adaptation(default, Receipt, null, false, Refusal);
        (_call, Source) = (null, default);
        return adapted;
    }

    public MemberSpot this[ChatMember member] => _members[(int)member];

    /// <summary>The member is there, with a value other than null.</summary>
    public bool Has(ChatMember member) => _members[(int)member] is { Value.IsEmpty: false, Kind: not JsonTokenType.Null };

    public bool IsSent(ChatMember member) => !_members[(int)member].Value.IsEmpty && !_isRemoved[(int)member];

    public ReadOnlySpan<byte> ValueOf(ChatMember member) => _members[(int)member].Value.In(Body);

    public void Remove(ChatMember member) => _isRemoved[(int)member] = true;

    public void Remove(ChatMember member, ReceiptOutcome outcome)
    {
        if (this[member].Value.IsEmpty || _isRemoved[(int)member]) return;
        Remove(member);
        Note(ChatMembers.NameOf(member), outcome);
    }

    public void Add(ReadOnlySpan<byte> member) => Edits.Insert(_envelope.Root.End - 1, member);

    public void Note(string field, ReceiptOutcome outcome, string? detail = null)
    {
        if (Refusal is null) (Receipt ??= new Receipt()).Add(new ReceiptEntry(field, outcome, detail));
    }

    /// <summary>Does with a member what its handling says when nothing can stand in for it. A value that means the same as its absence is just left out.</summary>
    public void LeaveOut(Feature feature, ChatMember member)
    {
        if (DefaultValues.IsDefault(member, ValueOf(member))) Remove(member, ReceiptOutcome.Omitted);
        else if (MayDrop(feature)) Remove(member, ReceiptOutcome.Dropped);
        else Refuse(ChatMembers.NameOf(member), feature, ChatMembers.NameOf(member));
    }

    /// <summary>Whether a feature that has no remedy here may be dropped.</summary>
    public bool MayDrop(Feature feature) => Plan.Of(feature) == Handling.Drop || (Plan.Of(feature) == Handling.Remedy && !Plan.IsStrict);

    /// <summary>Turns the request away because of a feature.</summary>
    /// <param name="field">As it stands in the receipt and in <c>params.fields</c>.</param>
    /// <param name="param">As OpenAI's errors name it.</param>
    public void Refuse(string field, Feature feature, string param) => Refuse(field, param, Why(field, feature));

    public void Refuse(string field, string param, string why)
    {
        if (Refusal is not null) return;
        // Nothing else became of a request that was not sent.
        Receipt = new Receipt();
        Note(field, ReceiptOutcome.Refused);
        Refusal = ErrorCodes.UnsupportedParameter.Error(
            $"'{param}' cannot be used on route '{Call.Route?.Name}': {why}. Leave it out, or the operator allows it with params.fields: {{ {field}: drop }} or another policy.", param);
    }

    private string Why(string field, Feature feature)
    {
        if (Plan.Policy.Fields.ContainsValue(FieldAction.Refuse) && Plan.Of(feature) == Handling.Refuse && Plan.Policy.Fields.ContainsKey(field)) return "the route's policy refuses it";
        return Plan.Profile?.Of(feature) == Support.Absent
            ? $"its target does not support it (profile '{Plan.Profile.Name}')"
            : $"nobody has found out whether its target supports it (profile '{Plan.Profile?.Name}') and the route is strict";
    }

    private void Begin(Call call, AdaptPlan plan)
    {
        (_call, Plan, Receipt, Refusal, Instruction, ToolNames, _answer, _dropsOthers) = (call, plan, null, null, null, null, null, false);
        Array.Clear(_members);
        Array.Clear(_isRemoved);
        (Source, _envelope, _isRewritten) = (call.Body.Memory, call.Envelope, false);
        Edits.Clear();
    }

    private void SayFunctionsWithTools()
    {
        if (Plan.Of(Feature.Functions) != Handling.Remedy) return;
        if (LegacyFunctions.TryRead(Body, _envelope.Root, Plan.IsNative(Feature.ToolsParallelOff)) is not { } legacy) return;
        if (legacy.Problem is { } problem)
        {
            Refuse("functions", "functions", $"its target knows tools only, and {problem}");
            return;
        }
        _ = ChatEnvelope.TryRead(legacy.Body.Span, out _envelope, out _);
        (Source, _isRewritten) = (legacy.Body, true);
        Note("functions", ReceiptOutcome.Mapped, "tools");
        if (legacy.HasChoice) Note("function_call", ReceiptOutcome.Mapped, "tool_choice");
        if (legacy.HasFunctions) Answer = Answer with { AsFunctionCall = true, SingleToolCall = true };
    }

    private void ReadMembers()
    {
        var others = 0;
        var cursor = new JsonCursor(Body, _envelope.Root);
        while (cursor.Read())
        {
            if (cursor.TryFindMember(out var member)) _members[(int)member] = new MemberSpot(new ByteRange(cursor.Name.Start - 1, cursor.Name.End + 1), cursor.Value, cursor.Kind);
            else if (++others > MaxOthers) Refuse("other_fields", "(body)", $"it has more than {MaxOthers} members that OpenAI's dialect does not have");
            else ReadOther(cursor.NameText());
        }
    }

    private void ReadOther(string name)
    {
        var handling = Plan.OfOther(name);
        if (handling == Handling.Pass) return;
        var shown = name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') && name.Length is > 0 and <= 64 ? name : "?";
        if (handling == Handling.Refuse) Refuse(shown, shown, $"its target is not known to support it (profile '{Plan.Profile?.Name}')");
        else Note(shown, ReceiptOutcome.Dropped);
        _dropsOthers |= handling == Handling.Drop;
    }

    private Adaptation Finish(TargetPlan target)
    {
        var asksUsage = Call.Envelope is { Stream: true, IncludeUsage: false } && Plan.Of(Feature.StreamUsage) == Handling.Pass && !Answer.PlayOut;
        RemoveMembers();
        if (Edits.IsEmpty && !_isRewritten) return RequestAdapter.Plain(Call, target.Model, asksUsage) with { Receipt = Receipt, Edits = EditsOfAnswer(Source) };
        ChatSplice.AddTo(Edits, Body, _envelope, target.Model, asksUsage);
        Edits.Write(Body, Call.Spliced);
        return new Adaptation(Call.Spliced.Memory, Receipt, EditsOfAnswer(Call.Spliced.Memory), asksUsage);
    }

    private void RemoveMembers()
    {
        if (!_dropsOthers && !_isRemoved.AsSpan().Contains(true)) return;
        var pruning = new Pruning(Edits);
        var cursor = new JsonCursor(Body, _envelope.Root);
        while (cursor.Read())
            pruning.Next(cursor.Whole, cursor.TryFindMember(out var member) ? _isRemoved[(int)member] : _dropsOthers && Plan.OfOther(cursor.NameText()) == Handling.Drop);
        pruning.Finish();
    }

    private AnswerEdits? EditsOfAnswer(ReadOnlyMemory<byte> sent)
    {
        var (reasoning, dialects) = (Plan.Profile?.Reasoning ?? default, Plan.Profile?.Dialects ?? ImmutableArray<string>.Empty);
        var hasTools = Has(ChatMember.Tools) && IsSent(ChatMember.Tools);
        var repairs = (hasTools && !dialects.IsEmpty) || reasoning.Tags || reasoning.Field is not (null or "reasoning_content");
        if (_answer is null && ToolNames is null && !repairs) return null;
        return Answer with { Reasoning = reasoning, Dialects = hasTools ? dialects : [], ToolNames = ToolNames, Tools = hasTools ? ToolsIn(sent) : default };
    }

    private static ReadOnlyMemory<byte> ToolsIn(ReadOnlyMemory<byte> sent)
    {
        var cursor = new JsonCursor(sent.Span, new ByteRange(sent.Span.IndexOf((byte)'{'), sent.Length));
        while (cursor.Read())
            if (cursor.NameIs("tools"u8)) return sent[cursor.Value.Start..cursor.Value.End];
        return default;
    }

    /// <summary>A number as ASCII.</summary>
    public static string Digits(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Something to tell the model in its system message.</summary>
/// <param name="Text">Plain text.</param>
/// <param name="Schema">The place of a JSON value in the body that follows the text; empty when there is none.</param>
internal sealed record Instruction(string Text, ByteRange Schema);
