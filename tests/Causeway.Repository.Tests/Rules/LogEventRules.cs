using Causeway.Repository.Tests.Tree;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Causeway.Repository.Tests.Rules;

/// <summary>Finders over <c>[LoggerMessage]</c> attributes. Operators build alerts on event ids, so an id means one thing.</summary>
internal static class LogEventRules
{
    public static IEnumerable<string> SharedIds(IEnumerable<SourceFile> files) =>
        from message in files.SelectMany(Messages)
        where message.Id is not null
        group message by message.Id into same
        where same.Count() > 1
        select $"id {same.Key}: {string.Join(", ", same.Select(message => message.Where))}";

    public static IEnumerable<string> WithoutId(IEnumerable<SourceFile> files) =>
        files.SelectMany(Messages).Where(message => message.Id is null or "0").Select(message => message.Where);

    private static IEnumerable<(string? Id, string Where)> Messages(SourceFile file) =>
        from attribute in file.Root.DescendantNodes().OfType<AttributeSyntax>()
        where attribute.Name.ToString().Split('.')[^1] is "LoggerMessage" or "LoggerMessageAttribute"
        select (IdOf(attribute), file.Where(attribute));

    /// <summary>The id as it is written: named, or the first of several positional arguments (level and message may come without one).</summary>
    private static string? IdOf(AttributeSyntax attribute)
    {
        var arguments = attribute.ArgumentList?.Arguments ?? [];
        return arguments.Where(IsId).FirstOrDefault()?.Expression.ToString();
    }

    private static bool IsId(AttributeArgumentSyntax argument, int position) =>
        argument.NameEquals?.Name.Identifier.Text == "EventId" || argument.NameColon?.Name.Identifier.Text == "eventId"
        || (position == 0 && argument is { NameEquals: null, NameColon: null } && !argument.Expression.ToString().Contains("LogLevel", StringComparison.Ordinal)
            && argument.Expression is not LiteralExpressionSyntax { Token.Value: string });
}
