using Causeway.Wire.Schemas.Formats;

namespace Causeway.Wire.Schemas.Keywords;

/// <summary><c>format</c> where it asserts. A format that is not known says nothing, as the specification has it.</summary>
internal sealed class FormatKeyword : Keyword
{
    public required string Name { get; init; }

    public required Func<string, bool> Check { get; init; }

    public static Keyword? Read(in KeywordSource source)
    {
        if (!source.Value.IsString) return source.Fail("must be a string");
        return StringFormats.Find(source.Value.Text) is { } check ? new FormatKeyword { Place = source.Place, Name = source.Value.Text, Check = check } : null;
    }

    public override bool Holds(SchemaRun run, JsonTree value, bool[]? marks) =>
        !value.IsString || Check(value.Text) || run.Refuse(Place, $"must have the format {Name}");
}
