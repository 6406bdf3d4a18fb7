using Causeway.Repository.Tests.Rules;
using Causeway.Repository.Tests.Tree;

namespace Causeway.Repository.Tests;

/// <summary>A rule that finds nothing may be a rule that looks at nothing: each is shown a breach.</summary>
public sealed class RulesCanFailTests
{
    [Fact]
    public void A_long_method_is_measured_from_its_first_word_to_its_closing_brace()
    {
        var file = Parse("class A\n{\n    /// <summary>Not counted.</summary>\n    void M()\n    {\n        void L() { }\n    }\n    int P => 1;\n}\n");
        Assert.Equal([("M", 4, true), ("L", 1, true), ("P", 1, false)], MemberSize.In(file).Select(member => (member.Name, member.Lines, member.IsMethod)));
        Assert.Equal(9, file.LineCount);
    }

    [Theory]
    [InlineData("class A;", 1)]
    [InlineData("record A;", 1)]
    [InlineData("sealed class A;", 0)]
    [InlineData("static class A;", 0)]
    [InlineData("record struct A;", 0)]
    [InlineData("class A<T>; sealed class B : A<int>;", 0)]
    [InlineData("sealed partial class A; partial class A;", 0)]
    public void An_open_class_is_found_unless_something_derives_from_it(string text, int found) =>
        Assert.Equal(found, TypeRules.Unsealed(Types(text)).Count());

    [Theory]
    [InlineData("interface IA; sealed class B : IA;", 1)]
    [InlineData("interface IA; sealed class B : IA; readonly struct C : N.IA;", 0)]
    [InlineData("interface IA; abstract class B : IA; sealed class C : B; sealed class D : B;", 0)]
    public void An_interface_with_one_implementation_is_found(string text, int found) =>
        Assert.Equal(found, TypeRules.LonelyInterfaces(Types(text)).Count());

    [Theory]
    [InlineData("sealed class KeyManager;", 1)]
    [InlineData("static class StringUtils;", 1)]
    [InlineData("sealed class ManagerOfKeys;", 0)]
    public void A_name_that_says_nothing_is_found(string text, int found) => Assert.Equal(found, TypeRules.EmptySuffixes(Types(text)).Count());

    [Theory]
    [InlineData("public sealed class A;", 1)]
    [InlineData("public delegate void A();", 1)]
    [InlineData("/// <summary>Why.</summary>\n[Serializable]\npublic sealed class A;", 0)]
    [InlineData("internal static class A { public sealed class B; }", 0)]
    public void A_public_type_without_a_comment_is_found(string text, int found) => Assert.Equal(found, TypeRules.Undocumented(Types(text)).Count());

    [Theory]
    [InlineData("#pragma warning disable CA1000\nclass A;", 1)]
    [InlineData("#pragma warning disable CA1000 // The caller owns it.\nclass A;", 0)]
    [InlineData("// The caller owns it.\n#pragma warning disable CA1000\nclass A;\n#pragma warning restore CA1000", 0)]
    [InlineData("class A { void M() { \n#pragma warning disable CA1000\n } }", 1)]
    [InlineData("[SuppressMessage(\"x\", \"y\")] class A;", 1)]
    [InlineData("[SuppressMessage(\"x\", \"y\", Justification = \"The caller owns it.\")] class A;", 0)]
    public void A_silenced_warning_without_a_reason_is_found(string text, int found) =>
        Assert.Equal(found, SuppressionRules.Unexplained(Parse(text)).Count());

    [Fact]
    public void Regions_promises_and_assertions_about_null_are_found()
    {
        var file = Parse("#region A\nclass A { string B = null!; }\n#endregion\n// " + "TO" + "DO: later");
        Assert.Single(SuppressionRules.Regions(file));
        Assert.Equal(["src/X/A.cs:4 " + "TO" + "DO"], SuppressionRules.Promises(file.Path, file.Text));
        Assert.Equal(1, SuppressionRules.NullForgivings(file));
    }

    [Theory]
    [InlineData("[LoggerMessage(1, LogLevel.Debug, \"a\")] void A(); [LoggerMessage(EventId = 1, Level = LogLevel.Debug)] void B();", 1, 0)]
    [InlineData("[LoggerMessage(1, LogLevel.Debug, \"a\")] void A(); [LoggerMessage(2, LogLevel.Debug, \"a\")] void B();", 0, 0)]
    [InlineData("[LoggerMessage(LogLevel.Debug, \"a\")] void A(); [LoggerMessage(\"b\")] void B();", 0, 2)]
    public void Log_messages_that_share_or_lack_an_id_are_found(string members, int shared, int lacking)
    {
        SourceFile[] files = [Parse($"partial class A {{ {members} }}")];
        Assert.Equal((shared, lacking), (LogEventRules.SharedIds(files).Count(), LogEventRules.WithoutId(files).Count()));
    }

    [Theory]
    [InlineData("[Fact] public void Works() { }", 1)]
    [InlineData("[Xunit.Theory] public void TestThatItWorks() { }", 1)]
    [InlineData("[Fact] public void A_stream_ends_once() { }", 0)]
    [InlineData("public void Works() { }", 0)]
    public void A_test_name_that_is_no_sentence_is_found(string member, int found) =>
        Assert.Equal(found, TestNameRules.NotSentences(Parse($"class A {{ {member} }}")).Count());

    [Fact]
    public void Links_are_followed_from_their_page_and_not_out_of_code() =>
        Assert.Equal(
            ["docs/adr/0001.md", "README.md", "../out.md", "docs/b.md"],
            MarkdownLinks.In("docs/a.md", "[x](adr/0001.md#why) [y](../README.md \"t\") [z](../../out.md)\n`[no](no.md)`\n```\n[no](no.md)\n```\n[w](https://x.y/z) [v](#here)\n[q]: b.md"));

    [Theory]
    [InlineData("a/b.md", "cd /{0}/alice/src", "home", 1)]
    [InlineData("a/b.md", "see \"/{0}/wt\"", "work", 1)]
    [InlineData("a/b.md", "https://example.com/{0}/x", "work", 0)]
    [InlineData("a/b.md", "src/{0}/x", "work", 0)]
    [InlineData("a/package-lock.json", "\"resolved\": \"https://npm.{0}/x.tgz\"", "corp.example", 1)]
    [InlineData("a/package-lock.json", "\"resolved\": \"https://registry.{0}/x.tgz\"", "npmjs.org", 0)]
    public void A_private_path_or_registry_is_found(string path, string format, string part, int found) =>
        Assert.Equal(found, PrivateText.In(path, string.Format(System.Globalization.CultureInfo.InvariantCulture, format, part)).Count());

    private static SourceFile Parse(string text) => SourceFile.Parse("src/X/A.cs", text);

    private static IReadOnlyList<DeclaredType> Types(string text) => DeclaredType.In([Parse(text)]);
}
