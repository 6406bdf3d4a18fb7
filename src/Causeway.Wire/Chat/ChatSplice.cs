using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Causeway.Wire.Json;

namespace Causeway.Wire.Chat;

/// <summary>
/// Changes a request body at no more than two places: the model's name and <c>stream_options.include_usage</c>.
/// Every other byte stays as the caller wrote it.
/// </summary>
public static class ChatSplice
{
    /// <summary>Whether <see cref="TryWrite"/> would change anything.</summary>
    public static bool IsNeeded(in ChatEnvelope envelope, string? model, bool includeUsage) =>
        IsNewModel(envelope, model) || (includeUsage && !envelope.IncludeUsage);

    /// <summary>
    /// Writes the body for the upstream. False, with nothing written, when nothing changes: forward the original then.
    /// </summary>
    /// <param name="body">The bytes that <paramref name="envelope"/> was read from.</param>
    /// <param name="envelope">What <see cref="ChatEnvelope.TryRead"/> found.</param>
    /// <param name="model">The upstream's name of the model; null keeps the caller's.</param>
    /// <param name="includeUsage">Whether the upstream shall end its stream with a usage chunk.</param>
    /// <param name="output">Where the new body goes.</param>
    public static bool TryWrite(
        ReadOnlySpan<byte> body, in ChatEnvelope envelope, string? model, bool includeUsage, IBufferWriter<byte> output)
    {
        if (!IsNeeded(envelope, model, includeUsage)) return false;
        var splice = new ByteSplice(body, output);
        var asksUsage = includeUsage && !envelope.IncludeUsage;
        var optionsFirst = !envelope.StreamOptions.IsEmpty && envelope.StreamOptions.Start < envelope.ModelValue.Start;
        if (asksUsage && optionsFirst) AskForUsage(ref splice, envelope);
        if (IsNewModel(envelope, model))
        {
            splice.Skip(envelope.ModelValue);
            JsonText.WriteQuoted(output, model);
        }
        if (asksUsage && !optionsFirst) AskForUsage(ref splice, envelope);
        splice.Finish();
        return true;
    }

    /// <summary>The same changes as <see cref="TryWrite"/>, gathered with others.</summary>
    public static void AddTo(BodyEdits edits, ReadOnlySpan<byte> body, in ChatEnvelope envelope, string? model, bool includeUsage)
    {
        if (IsNewModel(envelope, model)) edits.ReplaceByString(envelope.ModelValue, model);
        if (!includeUsage || envelope.IncludeUsage) return;
        var options = envelope.StreamOptions;
        if (options.IsEmpty) edits.Insert(envelope.Root.End - 1, ",\"stream_options\":{\"include_usage\":true}"u8);
        else if (!envelope.IncludeUsageValue.IsEmpty) edits.Replace(envelope.IncludeUsageValue, "true"u8);
        else if (body[options.Start] != '{') edits.Replace(options, "{\"include_usage\":true}"u8);
        else edits.Insert(options.Start + 1, HasMembers(body, options) ? "\"include_usage\":true,"u8 : "\"include_usage\":true"u8);
    }

    private static bool IsNewModel(in ChatEnvelope envelope, [NotNullWhen(true)] string? model) => model is not null && model != envelope.Model;

    private static void AskForUsage(ref ByteSplice splice, in ChatEnvelope envelope)
    {
        var options = envelope.StreamOptions;
        if (options.IsEmpty) splice.Insert(envelope.Root.End - 1, ",\"stream_options\":{\"include_usage\":true}"u8);
        else if (!envelope.IncludeUsageValue.IsEmpty) splice.Replace(envelope.IncludeUsageValue, "true"u8);
        else if (splice.Source[options.Start] != '{') splice.Replace(options, "{\"include_usage\":true}"u8);
        else if (HasMembers(splice.Source, options)) splice.Insert(options.Start + 1, "\"include_usage\":true,"u8);
        else splice.Insert(options.Start + 1, "\"include_usage\":true"u8);
    }

    private static bool HasMembers(ReadOnlySpan<byte> body, ByteRange value) => value.In(body).Contains((byte)'"');
}
