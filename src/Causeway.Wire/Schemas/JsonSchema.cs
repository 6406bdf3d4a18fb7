using System.Diagnostics.CodeAnalysis;

namespace Causeway.Wire.Schemas;

/// <summary>
/// A JSON Schema of draft 2020-12, compiled once: all its vocabularies, numbers exact, lengths in code points, nothing ever fetched.
/// Immutable, so any number of threads may validate at once. Both the schema and the instance may come from strangers: bytes, nesting,
/// steps and patterns are bounded (<see cref="JsonSchemaOptions"/>), and what exceeds a bound is not valid.
/// Schemas that say they are of draft-06, draft-07 or 2019-09 are read too, by the rules of 2020-12 but for <c>items</c> as an array.
/// </summary>
public sealed class JsonSchema
{
    private readonly SchemaNode _root;
    private readonly JsonSchemaOptions _options;

    private JsonSchema(SchemaNode root, JsonSchemaOptions options) => (_root, _options) = (root, options);

    /// <summary>Compiles with <see cref="JsonSchemaOptions.Default"/>.</summary>
    public static bool TryCompile(
        ReadOnlySpan<byte> schema, [NotNullWhen(true)] out JsonSchema? compiled, [NotNullWhen(false)] out SchemaError? error) =>
        TryCompile(schema, JsonSchemaOptions.Default, out compiled, out error);

    /// <param name="schema">The schema as JSON in UTF-8; not kept.</param>
    /// <param name="options">Bounds, and the documents that <c>$ref</c> may name.</param>
    /// <param name="compiled">Null exactly when there is an <paramref name="error"/>.</param>
    /// <param name="error">
    /// The first mistake: a keyword's value of the wrong kind, a pattern that is none, a <c>$ref</c> to what is not here (by name).
    /// Unknown keywords are none: they say nothing, as the specification has it.
    /// </param>
    public static bool TryCompile(
        ReadOnlySpan<byte> schema,
        JsonSchemaOptions options,
        [NotNullWhen(true)] out JsonSchema? compiled,
        [NotNullWhen(false)] out SchemaError? error)
    {
        var compiler = new SchemaCompiler(options);
        var root = compiler.Compile(schema);
        error = compiler.Error;
        compiled = root is null || error is not null ? null : new JsonSchema(root, options);
        return compiled is not null;
    }

    /// <summary>Holds an instance against the schema. Never throws; the instance is not kept.</summary>
    /// <param name="instance">JSON in UTF-8. Duplicate names in an object make it unreadable: nobody knows which of them counts.</param>
    public SchemaOutcome Validate(ReadOnlySpan<byte> instance)
    {
        if (instance.Length > _options.MaxInstanceBytes) return Unreadable($"it is longer than {_options.MaxInstanceBytes} bytes");
        if (JsonTreeReader.Read(instance, out var problem) is not { } value) return Unreadable(problem);
        var run = new SchemaRun(_options);
        if (run.Apply(_root, value, null)) return SchemaOutcome.Valid;
        IReadOnlyList<SchemaError> errors = run.ExhaustedBy is { } bound ? [bound] : run.Errors ?? [];
        return new SchemaOutcome { IsValid = false, IsExhausted = run.IsExhausted, Errors = errors };
    }

    private static SchemaOutcome Unreadable(string problem) =>
        new() { IsValid = false, IsUnreadable = true, Errors = [new SchemaError("", "", $"the value cannot be read: {problem}")] };
}
