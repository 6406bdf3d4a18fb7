using System.Globalization;
using System.Text;
using Causeway.Spec.Profiles;
using Causeway.Wire.Chat;

namespace Causeway.Spec.Tests.Docs;

public sealed class ParamsReferenceTests
{
    private const string Introduction = """
        # Parameters

        <!-- Generated from src/Causeway.Spec/Profiles/FieldRules.cs: run the tests of Causeway.Spec with UPDATE_GOLDEN=1. -->

        Upstreams speak OpenAI's dialect nearly. A **profile** says what one of them does with each feature of a request: `native`, `absent`
        or `unknown`. A **policy**, `params` in the [spec](spec.md), says what is done about what is absent. Without a profile, and without a
        policy that names fields, requests leave as they came.

        | | `lenient` | `strict` |
        |---|---|---|
        | native | passed on as it came | passed on as it came |
        | absent, and there is a way to *map* or *emulate* it | done | done |
        | absent, and the answer is worth having without it | *dropped*, and told | 400 `unsupported_parameter` |
        | absent, and the answer would not be what was asked for | 400 `unsupported_parameter` | 400 `unsupported_parameter` |
        | unknown | passed on as it came | as if absent |

        `params.fields` overrules the table by the name of a member or the id of a feature: `pass`, `drop`, `refuse`, or `emulate`, which
        checks even what an upstream claims to do itself. A value that means the same as its absence (`n: 1`, `logprobs: false`, null) is
        left out where it cannot be sent, under every policy. A strict refusal stops the request at the route's first target; a fallback
        that cannot do what the request asks for is not tried in its place.

        ## How the caller is told

        The header `x-causeway-params` is the request's **receipt**: it lists what did not leave as it came, in about 2 KB at most; it is absent when everything did:
        `x-causeway-params: max_tokens=mapped(max_completion_tokens), seed=dropped, n=emulated`.

        | word | meaning |
        |---|---|
        | `mapped(…)` | sent under another name or with a value that means the same |
        | `emulated` | not sent; the gateway does it |
        | `omitted` | not sent, because its value is what its absence means |
        | `capped(…)` | sent with the largest value allowed |
        | `defaulted(…)` | sent though the caller did not ask for it |
        | `dropped` | not sent: the answer comes without it |
        | `refused` | the request was turned away because of it |

        ## Tokens of an answer

        `maxTokens` of a target, or of its profile, has a `default` that is asked for when the caller states none, and a `cap`. Bedrock
        reserves quota from the figure, or from the model's maximum when there is none, so its profiles have a tight default. A request for
        more than the cap is cut to it (`capped`), or refused where the policy is strict.

        ## Names of tools

        A tool whose name has characters or a length that the profile's `toolNames` does not allow is sent under a legal name made from it,
        in `tools`, `tool_choice` and earlier turns alike, and gets its own name back in the answer. The receipt says `tools.name=mapped`.

        ## Functions

        Applications from before there were tools offer `functions`. For a target without them the request is said with `tools` and `tool_choice`,
        in earlier turns too, and every other rule of this page then looks at the tools. The answer's tool call comes back as `function_call`,
        with the same word as finish reason; calls beyond the first are left out, since there is no room for them (`parallel_tool_calls: false` is sent where
        it is known). Two things tools cannot say are refused: functions and tools in one request, and a message of role `function` that answers no
        `function_call` before it.

        ## Every field

        `other_fields` stands for members that OpenAI's dialect does not have: passed on when the profile lists them in `extraFields` or says
        that the upstream takes them; dropped where it refuses them, and refused by a strict policy unless it is known to take them.

        """;

    [Fact]
    public void Every_feature_has_its_row()
    {
        Assert.Equal(Features.All.Where(feature => feature != Feature.OtherFields), FieldRules.All.Select(rule => rule.Feature));
        Assert.Empty(Enum.GetValues<ChatMember>().Except([ChatMember.Model, ChatMember.FunctionCall]).Except(FieldRules.All.Select(rule => rule.Member)));
    }

    [Fact]
    public void The_page_of_parameters_is_generated_from_the_table_of_fields() => Repository.AssertMatches("docs/reference/params.md", Render());

    private static string Render()
    {
        var text = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        text.Append("\n| feature | member | where it is absent | how |\n|---|---|---|---|\n");
        foreach (var rule in FieldRules.All)
            text.Append(CultureInfo.InvariantCulture, $"| `{Features.IdOf(rule.Feature)}` | `{ChatMembers.NameOf(rule.Member)}` | {Word(rule.Remedy)} | {rule.How} |\n");
        text.Append("\n## Built-in profiles\n\n| profile | from | day |\n|---|---|---|\n");
        foreach (var name in BuiltInProfiles.Names)
        {
            var profile = BuiltInProfiles.Find(name)!;
            text.Append(CultureInfo.InvariantCulture, $"| `{name}` | {profile.Source} | {profile.Measured?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "not measured"} |\n");
        }
        return text.ToString();
    }

    private static string Word(Remedy remedy) => remedy switch
    {
        Remedy.Map => "mapped",
        Remedy.Emulate => "emulated",
        Remedy.Drop => "dropped, or 400 when strict",
        _ => "400",
    };
}
