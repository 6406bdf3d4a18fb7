namespace Causeway.TinyModels;

/// <summary>Chat templates of our own, which say turns, tools and thoughts in the forms that Qwen3 and Gemma 3 were trained on.</summary>
public static class TinyTemplates
{
    /// <summary>ChatML with Hermes tool calls; <c>enable_thinking</c> set to false puts an empty thought before the answer.</summary>
    public const string Qwen3 = """
        {%- macro open(role) %}{{ '<|im_start|>' ~ role ~ '\n' }}{% endmacro %}
        {%- set ns = namespace(system='', first=0, asked=-1) %}
        {%- if messages and messages[0].role == 'system' %}
            {%- set ns.system = messages[0].content %}
            {%- set ns.first = 1 %}
        {%- endif %}
        {%- if tools %}
            {{- open('system') }}
            {%- if ns.system %}{{ ns.system ~ '\n\n' }}{% endif %}
            {{- 'You may call functions. They are described here, one in a line:\n<tools>\n' }}
            {%- for tool in tools %}{{ tool | tojson ~ '\n' }}{% endfor %}
            {{- '</tools>\nTo call one, write\n<tool_call>\n{"name": NAME, "arguments": OBJECT}\n</tool_call><|im_end|>\n' }}
        {%- elif ns.system %}
            {{- open('system') ~ ns.system ~ '<|im_end|>\n' }}
        {%- endif %}
        {%- for message in messages %}
            {%- if message.role == 'user' %}{% set ns.asked = loop.index0 %}{% endif %}
        {%- endfor %}
        {%- for message in messages[ns.first:] %}
            {%- set place = loop.index0 + ns.first %}
            {%- set text = message.content if message.content is string else '' %}
            {%- if message.role == 'tool' %}
                {%- if loop.first or loop.previtem.role != 'tool' %}{{ open('user') }}{% else %}{{ '\n' }}{% endif %}
                {{- '<tool_response>\n' ~ text ~ '\n</tool_response>' }}
                {%- if loop.last or loop.nextitem.role != 'tool' %}{{ '<|im_end|>\n' }}{% endif %}
            {%- elif message.role == 'assistant' %}
                {{- open('assistant') }}
                {%- if message.reasoning_content is string and place > ns.asked %}
                    {{- '<think>\n' ~ message.reasoning_content.strip('\n') ~ '\n</think>\n\n' }}
                {%- endif %}
                {{- text }}
                {%- for call in message.tool_calls or [] %}
                    {%- set function = call.function if call.function is defined else call %}
                    {%- if text or not loop.first %}{{ '\n' }}{% endif %}
                    {{- '<tool_call>\n{"name": ' ~ function.name | tojson ~ ', "arguments": ' }}
                    {{- function.arguments if function.arguments is string else function.arguments | tojson }}
                    {{- '}\n</tool_call>' }}
                {%- endfor %}
                {{- '<|im_end|>\n' }}
            {%- elif message.role in ['user', 'system'] %}
                {{- open(message.role) ~ text ~ '<|im_end|>\n' }}
            {%- else %}
                {{- raise_exception('Unknown role: ' ~ message.role) }}
            {%- endif %}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- open('assistant') }}
            {%- if enable_thinking is defined and enable_thinking is false %}{{ '<think>\n\n</think>\n\n' }}{% endif %}
        {%- endif %}
        """;

    /// <summary>User and model take turns; a system message goes before the first of the user's.</summary>
    public const string Gemma = """
        {{- bos_token }}
        {%- set ns = namespace(before='', rest=messages) %}
        {%- if messages and messages[0].role == 'system' %}
            {%- set ns.before = messages[0].content ~ '\n\n' %}
            {%- set ns.rest = messages[1:] %}
        {%- endif %}
        {%- for message in ns.rest %}
            {%- if (message.role == 'user') != (loop.index0 % 2 == 0) %}
                {{- raise_exception('User and assistant must take turns') }}
            {%- endif %}
            {{- '<start_of_turn>' ~ ('model' if message.role == 'assistant' else message.role) ~ '\n' }}
            {{- ns.before if loop.first else '' }}
            {{- message.content | trim }}
            {{- '<end_of_turn>\n' }}
        {%- endfor %}
        {%- if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}
        """;
}
