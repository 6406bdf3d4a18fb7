using System.Collections.Frozen;
using System.Text;

namespace Causeway.Gateway.Adapt.Answers;

/// <summary>Gives tools back the names by which the caller knows them.</summary>
/// <param name="names">From the name as sent to the caller's.</param>
internal sealed class ToolNameStage(IReadOnlyDictionary<string, string> names) : AnswerStage
{
    private readonly FrozenDictionary<string, byte[]> _names = names.ToFrozenDictionary(pair => pair.Key, pair => Encoding.UTF8.GetBytes(pair.Value), StringComparer.Ordinal);

    public override void CallBegin(int call, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name) =>
        Next.CallBegin(call, id, _names.TryGetValue(Encoding.UTF8.GetString(name), out var given) ? given : name);
}
