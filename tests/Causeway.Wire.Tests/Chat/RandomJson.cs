using CsCheck;

namespace Causeway.Wire.Tests.Chat;

/// <summary>JSON texts as wild as the grammar allows, often with duplicate names, sometimes in other spellings.</summary>
internal static class RandomJson
{
    private static readonly Gen<string> s_space = Gen.Frequency((8, ""), (1, " "), (1, "\r\n\t"));

    private static readonly Gen<string> s_scalar = Gen.OneOf(
        "1", "-0", "1.0", "1e400", "12345678901234567890", "true", "false", "null", "\"\"", "\"ä\"", "\"\\ud83d\\ude00\"", "\"{[,]}\\\"\"");

    private static readonly Gen<string> s_name = Gen.OneOf(
        "a", "b", "c", "d", "e", "A", "\\u0061", "ä", "\\u00e4", "\\ud83d\\ude00", "😀", "", "long_name_of_a_member", "long_name_of_a_membe\\u0072", "\\\\", "\\/");

    private static readonly Gen<string> s_value = Value(4);

    /// <summary>Objects that have a model and, among the rest, anything.</summary>
    public static Gen<string> Objects { get; } =
        Gen.Select(Gen.Select(s_name, s_value).Array[0, 6], Gen.Int[0, 6], s_space, (members, at, space) =>
        {
            var parts = members.Select(member => $"\"{member.Item1}\"{space}:{member.Item2}").ToList();
            parts.Insert(Math.Min(at, parts.Count), $"\"model\":{space}\"m\"");
            return "{" + string.Join("," + space, parts) + "}" + space;
        });

    private static Gen<string> Value(int depth)
    {
        if (depth == 0) return s_scalar;
        var inner = Value(depth - 1);
        var array = Gen.Select(inner.Array[0, 3], s_space, (items, space) => "[" + space + string.Join(space + ",", items) + "]");
        var small = Gen.Select(s_name, inner).Array[0, 5];
        var large = Gen.Select(s_name, Gen.Int[0, 99], (name, number) => (name + number, "1")).Array[14, 40];
        var members = Gen.Frequency((9, (IGen<(string, string)[]>)small), (1, large));
        var obj = Gen.Select((Gen<(string, string)[]>)members, s_space, (pairs, space) =>
            "{" + string.Join(",", pairs.Select(pair => $"{space}\"{pair.Item1}\":{pair.Item2}")) + "}");
        return Gen.Frequency((3, (IGen<string>)s_scalar), (1, array), (2, obj));
    }
}
